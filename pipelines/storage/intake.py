"""One notice on its way into the database: is it known, is it another version, and which rows does it make."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from sqlite3 import Connection
from typing import TYPE_CHECKING

from pipelines.cleaning.clean import Cleaned, canonical_url
from pipelines.cleaning.published import DAY_ONLY, UNKNOWN, local_day
from pipelines.storage import ledger
from pipelines.storage.database import is_trouble
from pipelines.storage.instants import moment, stamp
from pipelines.storage.ledger import Stated
from pipelines.storage.names import Names
from pipelines.storage.runs import Progress
from pipelines.storage.shelf import Shelf
from pipelines.storage.sql import insert
from pipelines.understanding import Understood

if TYPE_CHECKING:
    from scrapers.sources import Source

HALF_A_PAGE = 3
"""A version less than a third as long as the one before may be half a page: what it no longer says stands until that is seen twice."""

AHEAD = timedelta(days=2)
"""A publication time further in the future is a mistake of the site (a wrong zone accounts for one day)."""


@dataclass(frozen=True, slots=True)
class Known:
    """The stored notice of the same source and key, as far as taking it again needs."""

    notice_id: int
    hash: str
    versions: int
    not_understood_by: str | None
    """The reading that could not understand the latest version; None where it was understood."""
    doubted_in: int | None
    """The run that brought the latest version, where that may be half a page."""

    def to_read_again(self, cleaned: Cleaned, run_id: int | None, reading: str) -> bool:
        """Whether ``cleaned`` is another version, or the latest one wants another look."""
        if self.hash != cleaned.hash or (self.doubted_in is not None and self.doubted_in != run_id):
            return True
        return self.not_understood_by is not None and self.not_understood_by != reading


@dataclass(frozen=True, slots=True)
class Coming:
    """A notice that is to be stored, with the days that its words count from."""

    cleaned: Cleaned
    source: "Source"
    now: datetime
    known: Known | None
    published: str | None
    at: str
    """When the words were published, an instant or a day, as printed; for a later version, and where none is printed, when it was seen."""
    read_for: date
    """What "tomorrow" in the text counts from: the printed day where there is one."""
    shrunk: bool = False
    outdated: bool = False
    """A record that is printed with an earlier time than the one stored: some services answer from one copy now, from an older one then."""

    @property
    def again(self) -> bool:
        """The latest version is read once more; no other version."""
        return self.known is not None and self.known.hash == self.cleaned.hash


def known(connection: Connection, cleaned: Cleaned) -> Known | None:
    """The notice as it is stored. One look into an index: nearly every notice of nearly every run ends here.

    A key that is not known may be another one of a notice that is: some sites give each item a new id, or a new address, at every answer.
    """
    row = connection.execute(f"{_KNOWN} source = ? AND key = ?", (cleaned.source, cleaned.key)).fetchone()
    if row is None and not cleaned.fields:
        alike = cleaned.hash, cleaned.source, cleaned.published
        row = connection.execute(f"{_KNOWN} hash = ? AND source = ? AND published IS ? LIMIT 1", alike).fetchone()
    return None if row is None else Known(*row)


_KNOWN = "SELECT id, hash, versions, not_understood_by, doubted_in FROM notices WHERE"


def coming(connection: Connection, cleaned: Cleaned, source: "Source", known: Known | None, now: datetime) -> Coming:
    """What taking the notice needs to know before it is understood."""
    published = cleaned.published
    if published is not None and moment(published) > now + AHEAD:
        published = None
    printed = local_day(moment(published), source.zone) if published else None
    seen = local_day(now, source.zone)
    day_only = cleaned.published_how == DAY_ONLY
    at = stamp(now) if published is None or printed is None else printed.isoformat() if day_only else published
    shrunk = outdated = False
    if known is not None:
        number = known.versions - (known.hash == cleaned.hash)
        before = connection.execute(
            "SELECT published, length(text), seen_at FROM versions WHERE notice_id = ? AND number = ?", (known.notice_id, number)
        ).fetchone()
        if before is not None:
            shrunk = len(cleaned.text) * HALF_A_PAGE < before[1]
            outdated = bool(cleaned.fields and published and known.hash != cleaned.hash and published < (before[0] or ""))
            if published is None or (before[0] or "") >= published:
                at = stamp(now)
    return Coming(cleaned, source, now, known, published, at, read_for=printed or seen, shrunk=shrunk, outdated=outdated)


def store(
    connection: Connection, names: Names, shelf: Shelf, coming: Coming, understood: Understood, progress: Progress, reading: str
) -> str:
    """The rows of one notice; "new", "changed" or "same" (the latest version was read again). Inside the caller's transaction."""
    notice_id, version_id, number = _write(connection, coming, understood, progress.run_id)
    states = "SELECT 1 FROM events WHERE notice_id = ? AND withdrawn_at IS NULL LIMIT 1"
    doubted = coming.shrunk and not coming.again and connection.execute(states, (notice_id,)).fetchone() is not None
    stated = Stated(
        source=coming.source, run_id=progress.run_id, notice_id=notice_id, version_id=version_id, number=number, at=coming.at,
        seen=coming.now, baseline=progress.baseline, doubted=doubted,
        recent=coming.published is not None and coming.now - moment(coming.published) <= coming.source.baseline,
    )  # fmt: skip
    problem = understood.problem
    if problem is None or understood.fallen_back:
        problem = _record(connection, names, shelf, stated, understood, progress) or problem
    connection.execute(
        "UPDATE notices SET not_understood_by = ?, doubted_in = ? WHERE id = ?",
        (reading if problem else None, progress.run_id if doubted else None, notice_id),
    )
    if problem is not None or coming.again:
        connection.execute("UPDATE versions SET problem = ? WHERE id = ?", (problem, version_id))
    progress.doubts += doubted
    return "same" if coming.again else "new" if coming.known is None else "changed"


def _record(connection: Connection, names: Names, shelf: Shelf, stated: Stated, understood: Understood, progress: Progress) -> str | None:
    """Events, suspensions and flags, or none of them and the problem in words: the notice itself is kept either way."""
    connection.execute("SAVEPOINT understood")
    try:
        progress.flags += ledger.record(connection, names, shelf, stated, understood.events)
        problem = None
    except Exception as error:
        if is_trouble(error):
            raise
        # An event that no row can hold, or a judgement that fails: it concerns this one notice.
        connection.execute("ROLLBACK TO understood")
        names.forget()
        shelf.forget()
        problem = f"{type(error).__name__}: {error}"[:500]
    connection.execute("RELEASE understood")
    return problem


def _write(connection: Connection, coming: Coming, understood: Understood, run_id: int | None) -> tuple[int, int, int]:
    """The rows of notice and version; notice id, version id, version number."""
    cleaned, known, now = coming.cleaned, coming.known, stamp(coming.now)
    how = cleaned.published_how if coming.published else UNKNOWN
    if known is not None and coming.again:
        (version_id,) = connection.execute(
            "SELECT id FROM versions WHERE notice_id = ? AND number = ?", (known.notice_id, known.versions)
        ).fetchone()
        connection.execute("UPDATE notices SET last_seen = ? WHERE id = ?", (now, known.notice_id))
        return known.notice_id, version_id, known.versions
    if known is None:
        notice_id = insert(
            connection,
            "notices",
            {
                "source": cleaned.source,
                "key": cleaned.key,
                "url": cleaned.url,
                "title": cleaned.title,
                "lang": understood.lang,
                "published": coming.published,
                "published_how": how,
                "first_seen": now,
                "last_seen": now,
                "hash": cleaned.hash,
                "same_as": _twin(connection, cleaned, coming.source),
            },
        )
        number = 1
    else:
        notice_id, number = known.notice_id, known.versions + 1
        connection.execute(
            "UPDATE notices SET url = ?, title = ?, lang = ?, published = coalesce(?, published),"
            " published_how = CASE WHEN ? THEN ? ELSE published_how END, last_seen = ?, hash = ?, versions = ? WHERE id = ?",
            (
                cleaned.url,
                cleaned.title,
                understood.lang,
                coming.published,
                coming.published is not None,
                how,
                now,
                cleaned.hash,
                number,
                notice_id,
            ),
        )
    version_id = insert(
        connection,
        "versions",
        {
            "notice_id": notice_id,
            "number": number,
            "seen_at": now,
            "run_id": run_id,
            "hash": cleaned.hash,
            "title": cleaned.title,
            "text": cleaned.text,
            "lang": understood.lang,
            "published": coming.published,
            "truncated": int(cleaned.truncated),
            "fields": json.dumps(cleaned.fields, ensure_ascii=False, default=str) if cleaned.fields else None,
        },
    )
    return notice_id, version_id, number


def _twin(connection: Connection, cleaned: Cleaned, source: "Source") -> int | None:
    """The same article as another source's notice: at the same address, or in the same words."""
    for column, value in (("url", "" if cleaned.url == _shared_address(source.url) else cleaned.url), ("hash", cleaned.hash)):
        for side in ("<", ">") if value else ():
            # Two ranges instead of "not this source": of a source with a million notices at one address none is looked at.
            row = connection.execute(
                f"SELECT id FROM notices WHERE {column} = ? AND source {side} ? ORDER BY source LIMIT 1", (value, cleaned.source)
            ).fetchone()
            if row is not None:
                return int(row[0])
    return None


@lru_cache(maxsize=1024)
def _shared_address(url: str) -> str:
    """The address of a source's own page, which all notices without one of their own have."""
    return canonical_url(url)
