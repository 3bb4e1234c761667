"""The file: what it holds, what it refuses, and what a person reads in it."""

import os
import sqlite3
from contextlib import closing
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlite_utils import Database

from pipelines.judging.facts import Change, Claim, PlaceState, Suspension
from pipelines.report import flags, health, reading, status, suspensions
from pipelines.storage.database import BUSY_SECONDS, StoreError, open_for_reading, open_for_writing
from pipelines.storage.names import Names
from pipelines.storage.schema import APPLICATION, MIGRATIONS, VERSION
from pipelines.storage.shelf import Shelf
from tests.publisher import NEWS, START, UNION, desk, notice

TABLES = (
    "sources", "runs", "notices", "versions", "events", "event_places", "suspensions", "suspension_places", "suspension_events", "flags",
    "operators", "places", "validators", "service",
)  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "groundstop.db"


@pytest.fixture
def told(path):
    """A database with a suspension told by two sources and prolonged by one."""
    with desk(path) as at_work:
        at_work.settle_in(NEWS, UNION)
        at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
        at_work.poll(UNION, notice(UNION, "tap", "The airline TP stops CCS until 2026-01-15, it is said."))
        at_work.clock.pass_(days=1)
        at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-02-15."))
        at_work.store.heartbeat(at_work.clock(), "0.1")
    return path


# --- the file ---------------------------------------------------------------------------------------------------------


def test_every_table_is_there_and_strict(path):
    with closing(open_for_writing(path)) as database:
        strict = {row[1]: row[5] for row in database.execute("PRAGMA table_list") if row[2] == "table"}
    assert [name for name in TABLES if not strict.get(name)] == []


def test_journal_and_checks_are_on(path):
    with closing(open_for_writing(path)) as database:
        pragmas = [
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
        assert pragmas == ["wal", 1, 1, BUSY_SECONDS * 1000]
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(
                "INSERT INTO notices (source, key, published_how, first_seen, last_seen, hash) VALUES ('nobody', 'k', '', '', '', '')"
            )


def test_a_second_opening_changes_nothing(path):
    open_for_writing(path).close()
    with closing(open_for_writing(path)) as database:
        applied = database.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
        assert applied == [("0001 tables",), ("0002 views",), ("0003 intervals",), ("0004 upkeep",)]


def test_a_file_of_the_first_version_gains_what_came_since_and_keeps_what_it_holds(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        MIGRATIONS.apply(Database(connection), stop_before="0003 intervals")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO sources (name, title, kind, added_at) VALUES ('news', 'News', 'press', '2025-11-30T09:00:00Z')")
        connection.execute("INSERT INTO runs (source, started_at, pid) VALUES ('news', '2025-11-30T09:00:00Z', 1)")
    open_for_writing(path).close()
    with reading(path) as database:
        (row,) = health(database)
        assert (row["source"], row["interval_seconds"], row["interval_why"]) == ("news", None, None)
        assert [tuple(run) for run in database.execute("SELECT source, entries FROM runs")] == [("news", 0)]


def test_a_newer_file_is_refused_by_both(path):
    with closing(open_for_writing(path)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    for opening in (open_for_writing, open_for_reading):
        with pytest.raises(StoreError, match="newer groundstop") as trouble:
            opening(path)
        assert "Update groundstop" in trouble.value.remedy


def test_what_is_no_database_or_not_ours_is_refused_and_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("These are my notes, and they are long enough to be no header of a database. " * 20)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = text.read_bytes(), other.read_bytes()
    for path, words in ((text, "not an SQLite database"), (other, "another program"), (tmp_path, "is a directory")):
        for opening in (open_for_writing, open_for_reading):
            with pytest.raises(StoreError, match=words):
                opening(path)
    assert (text.read_bytes(), other.read_bytes()) == before


def test_reading_what_is_not_there_says_how_to_get_it(path):
    with pytest.raises(StoreError, match="does not exist") as trouble:
        open_for_reading(path)
    assert "groundstop once" in trouble.value.remedy
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_said_at_once(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError):
        open_for_writing(blocked / "groundstop.db")
    if os.geteuid():  # permissions do not bind root
        tmp_path.chmod(0o500)
        with pytest.raises(StoreError, match="cannot be"):
            open_for_writing(tmp_path / "groundstop.db")
        tmp_path.chmod(0o700)


def test_a_reader_cannot_write(told):
    with closing(open_for_reading(told)) as reader, pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM flags")


# --- a suspension comes back as it went -------------------------------------------------------------------------------


def test_every_field_of_a_suspension_survives_the_database(path):
    with desk(path) as at_work:
        at_work.settle_in(NEWS)
        at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
        connection = at_work.store.database.conn
        shelf = Shelf(connection, Names(connection))
        (opened,) = shelf.open()
        claim = Claim("2026-01-15", True, "2025-11-30", "2025-11-30T09:00:00Z", "union", "The Union", True)
        full = Suspension(
            operator="LA", kind="closure", state="ended",
            places=(PlaceState("CCS", "destination", "VE", "2025-12-24", "2025-12-20"), PlaceState("LIS", "origin", "PT")),
            certainty="official", sources=frozenset(("news", "union")), first_stated="2025-11-29", last_stated="2025-12-20T08:00:00Z",
            opened_at="2025-11-30T09:00:00Z", changed_at="2025-12-01T09:00:00Z", id=opened.id, carriers=("N4", "FV"), reason="security",
            effective_from="2025-12-01", end=claim, rival=Claim(None, False, "2025-12-01", "2025-12-01T09:00:00Z", "news", "The News"),
            last_official="2025-12-19", routes_resumed=("LIS-CCS",), ended_at="2025-12-24T09:00:00Z",
        )  # fmt: skip
        empty = {field.name for field in fields(Suspension) if not getattr(full, field.name)}
        assert empty == set(), "the example has to fill every field"
        shelf.save(Change("ended", full), "2025-12-24T09:00:00Z")
        (again,) = shelf.get([opened.id])
        assert {f.name: getattr(again, f.name) for f in fields(Suspension)} == {f.name: getattr(full, f.name) for f in fields(Suspension)}


# --- what people read -------------------------------------------------------------------------------------------------


def test_open_suspensions_reads_like_an_answer(told):
    with reading(told) as database:
        (row,) = suspensions(database)
        assert (row["kind"], row["until"], row["sources"], row["certainty"]) == ("suspension", "2026-02-15", 2, "association")
        assert (row["first_stated_by"], row["evidence"]) == ("The News", "TP stops CCS until 2026-01-15")
        assert (row["operator_code"], row["url"]) == ("TP", "https://news.example/tap")
        for asked, found in (
            ({"country": "ve"}, 1), ({"country": "PE"}, 0), ({"operator": "tp"}, 1), ({"operator": row["operator"][:4].lower()}, 1),
            ({"operator": "nobody"}, 0), ({"state": "expired"}, 0), ({"state": None}, 1),
        ):  # fmt: skip
            assert len(suspensions(database, **asked)) == found, asked


def test_what_is_suspended_to_a_country_is_one_indexed_question(told):
    question = (
        "SELECT s.operator FROM suspension_places p JOIN suspensions s ON s.id = p.suspension_id"
        " WHERE p.country = 'VE' AND p.role = 'destination' AND p.ended_on IS NULL AND s.state = 'open'"
    )
    with reading(told) as database:
        assert [row[0] for row in database.execute(question)] == ["TP"]
        plan = " ".join(row[3] for row in database.execute("EXPLAIN QUERY PLAN " + question))
    assert "USING INDEX suspension_places_country (country=? AND role=?" in plan
    assert "SCAN" not in plan


def test_flags_newest_first_with_their_evidence(told):
    with reading(told) as database:
        newest, oldest = flags(database)
        assert (newest["flag"], oldest["flag"]) == ("extended", "new")
        assert (newest["evidence"], newest["stated_by"]) == ("TP stops CCS until 2026-02-15", "The News")
        assert [row["flag"] for row in flags(database, kind="new")] == ["new"]
        assert [row["flag"] for row in flags(database, since=START.replace(day=30, hour=10))] == ["extended"]
        assert len(flags(database, limit=1)) == 1


def test_history_says_what_each_version_began_and_ceased_to_state(told):
    with reading(told) as database:
        rows = database.execute(
            "SELECT version, newly_states, no_longer_states FROM notice_history WHERE url = 'https://news.example/tap' ORDER BY version"
        ).fetchall()
    assert [row["version"] for row in rows] == [1, 2]
    assert rows[0]["newly_states"].startswith("suspension TP: ") and rows[0]["no_longer_states"] is None
    assert rows[1]["newly_states"] == rows[1]["no_longer_states"] == rows[0]["newly_states"]


def test_status_and_sources(told):
    with reading(told) as database:
        now = status(database, START.replace(day=30))
        assert (now["alive"], now["well"], now["open_suspensions"], now["flags_untold"]) == (True, True, 1, 2)
        assert now["last_run"] == "2025-12-01T09:00:00Z"
        assert now["sources"] == {"ok": 2, "silent": 0, "broken": 0, "never run": 0}
        assert [row["state"] for row in health(database)] == ["ok", "ok"]
        later = status(database, START + timedelta(days=2))
        assert (later["alive"], later["well"]) == (False, False)
