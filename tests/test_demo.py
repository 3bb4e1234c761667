"""What the demonstration ends with, against what it was recorded to say."""

import json
import sqlite3
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scrapers.recording import Recording
from scrapers.replay import Replay
from scrapers.sources import load
from tests.conftest import filled

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "data/demo"
EXPECTED: list[dict[str, Any]] = tomllib.loads((DEMO / "expected.toml").read_text("utf-8"))["flags"]


@pytest.fixture(scope="module")
def database(crisis: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(crisis)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def places(database: sqlite3.Connection, event: int | None, role: str) -> list[str]:
    rows = database.execute("SELECT place FROM event_places WHERE event_id = ? AND role = ? ORDER BY place", (event, role))
    return [row["place"] for row in rows]


def told(database: sqlite3.Connection) -> list[dict[str, Any]]:
    """The flags as ``expected.toml`` writes them, in the order in which they were raised."""
    names = {moment.time.strftime("%Y-%m-%dT%H:%M:%SZ"): moment.name for moment in Recording.load(DEMO).moments}
    rows = database.execute(
        """SELECT f.*, s.kind AS suspended, s.operator, s.source_names, e.effective_from, e.effective_to, e.evidence
           FROM flags f LEFT JOIN suspensions s ON s.id = f.suspension_id LEFT JOIN events e ON e.id = f.event_id ORDER BY f.id"""
    )
    return [
        {
            "moment": names.get(row["raised_at"], row["raised_at"]),
            "flag": row["kind"],
            "kind": row["suspended"],
            "operator": row["operator"],
            "origins": places(database, row["event_id"], "origin"),
            "destinations": places(database, row["event_id"], "destination"),
            "diverted_to": places(database, row["event_id"], "diverted_to"),
            "effective_from": row["effective_from"],
            "effective_to": row["effective_to"],
            "evidence": row["evidence"],
            "source": row["source"],
        }
        for row in rows
    ]


def short(flag: dict[str, Any]) -> tuple[str, str, str, str]:
    return flag["moment"], flag["flag"], flag.get("kind") or "source", flag.get("operator") or flag["source"]


def test_the_flags_are_these_and_no_others_each_in_its_moment(database: sqlite3.Connection) -> None:
    flags = told(database)
    assert sorted(map(short, flags)) == sorted(map(short, EXPECTED))
    order = [moment.name for moment in Recording.load(DEMO).moments]
    assert [flag["moment"] for flag in flags] == sorted((flag["moment"] for flag in flags), key=order.index)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda flag: " ".join(short(flag)))
def test_a_flag_says_what_its_notice_said(database: sqlite3.Connection, expected: dict[str, Any]) -> None:
    (flag,) = [flag for flag in told(database) if short(flag) == short(expected)]
    stated = {name: value for name, value in expected.items() if name not in ("sources", "evidence")}
    assert {name: flag[name] for name in stated} == stated
    assert expected.get("evidence", "") in (flag["evidence"] or "")


@pytest.mark.parametrize("expected", [flag for flag in EXPECTED if "sources" in flag], ids=lambda flag: " ".join(short(flag)))
def test_who_told_it_again_is_joined_to_it(database: sqlite3.Connection, expected: dict[str, Any]) -> None:
    rows = database.execute(
        "SELECT source_names FROM suspensions WHERE kind = ? AND operator = ?", (expected["kind"], expected["operator"])
    )
    assert [sorted(json.loads(row["source_names"])) for row in rows] == [sorted(expected["sources"])]


def test_one_suspension_for_each_new_flag_and_in_the_end_these_are_open(database: sqlite3.Connection) -> None:
    new = [(flag["kind"], flag["operator"]) for flag in EXPECTED if flag["flag"] == "new"]
    in_force_before = [("suspension", "faa")]  # its ban on Afghanistan: part of the baseline, so no flag
    assert sorted(tuple(row) for row in database.execute("SELECT kind, operator FROM suspensions")) == sorted(new + in_force_before)
    closed = database.execute("SELECT kind, operator, state FROM suspensions WHERE state <> 'open'")
    assert [tuple(row) for row in closed] == [("suspension", "TK", "expired")]


def test_one_city_of_three_has_started_again(database: sqlite3.Connection) -> None:
    rows = database.execute(
        """SELECT p.place, p.ended_on FROM suspension_places p JOIN suspensions s ON s.id = p.suspension_id
           WHERE s.operator = 'CM' AND p.role = 'destination' ORDER BY p.place"""
    )
    assert [tuple(row) for row in rows] == [("BRM", None), ("CCS", None), ("MAR", "2025-12-08")]


@pytest.mark.parametrize(("source", "versions"), [("tap-alerts", 3), ("turkish-announcements", 4)])
def test_a_page_has_a_version_for_each_edit_and_none_for_a_banner_a_token_or_a_clock(
    database: sqlite3.Connection, source: str, versions: int
) -> None:
    assert [row["versions"] for row in database.execute("SELECT versions FROM notices WHERE source = ?", (source,))] == [versions]


def test_the_warning_is_stored_and_is_no_suspension(database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT n.source FROM events e JOIN notices n ON n.id = e.notice_id WHERE e.kind = 'advisory' AND e.operator = 'faa'"
    )
    assert {row["source"] for row in rows} >= {"faa-prohibitions", "caribbean-air-letter"}


def test_every_source_of_the_demonstration_answers_from_the_first_moment(tmp_path: Path) -> None:
    with Replay(Recording.load(DEMO)) as replay:
        sources = load([filled(replay, tmp_path)]).values()
        assert {source.host for source in sources} == {str(replay.addresses[host]) for host in replay.recording.hosts}
        for source in sources:
            with urllib.request.urlopen(source.url, timeout=5) as response:
                assert response.status == 200
            assert replay.asked(source.url) == 1
    assert {flag["moment"] for flag in EXPECTED} <= {moment.name for moment in replay.recording.moments}
