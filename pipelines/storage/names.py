"""Readable names beside the codes: rows of ``operators`` and ``places``, filled the first time that a code is used."""

from sqlite3 import Connection

from pipelines import gazetteer


class Names:
    """Remembers which codes have their row, so that a known code costs a look into a dict.

    After a rollback call ``forget``: what was remembered inside the transaction is not there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._operators: set[str] = set()
        self._places: dict[str, str | None] = {}

    def forget(self) -> None:
        """Look again before the next use."""
        self._operators.clear()
        self._places.clear()

    def operator(self, code: str) -> None:
        """See to it that the operator has its row."""
        if code in self._operators:
            return
        self._connection.execute(
            "INSERT OR IGNORE INTO operators (code, name, kind, country) VALUES (?,?,?,?)",
            (code, gazetteer.operator_name(code) or code, gazetteer.operator_kind(code), gazetteer.operator_country(code)),
        )
        self._operators.add(code)

    def place(self, code: str) -> str | None:
        """See to it that the place has its row; the country it lies in, None for a region."""
        if code not in self._places:
            country = gazetteer.country(code)
            self._connection.execute(
                "INSERT OR IGNORE INTO places (code, name, country) VALUES (?,?,?)", (code, gazetteer.place_name(code) or code, country)
            )
            self._places[code] = country
        return self._places[code]
