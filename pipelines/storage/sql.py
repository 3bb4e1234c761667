"""Statements that are written from the names of their columns."""

from functools import lru_cache
from sqlite3 import Connection
from typing import Any


def insert(connection: Connection, table: str, row: dict[str, Any], conflict: str = "") -> int:
    """A new row; its id. ``conflict`` is an upsert clause such as ``update_on`` gives."""
    row_id = connection.execute(_insert(table, tuple(row), conflict), tuple(row.values())).lastrowid
    assert row_id is not None
    return row_id


@lru_cache(maxsize=64)
def update_on(key: str, *columns: str) -> str:
    """The clause that turns an insert of a row whose ``key`` is there already into an update of ``columns``."""
    return f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}"


def marks(count: int) -> str:
    """As many question marks."""
    return ",".join("?" * count)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], conflict: str) -> str:
    return f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({marks(len(columns))}) {conflict}"


def _quoted(column: str) -> str:
    return f'"{column}"'
