"""Each thing that the doctor finds, brought about; and a healthy installation, of which it finds nothing."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import doctor, report
from pipelines.doctor import OK, TROUBLE, WARNING, Facts, examine
from pipelines.storage.instants import stamp
from scrapers.run import Failure
from tests.publisher import NEWS, UNION, Desk, desk, notice
from tests.service import ROOT, command, environment

CHECKS = ["file", "room", "clock", "service", "schedule", "sources", "rounds", "flags"]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    """Two sources that were read just now, and a service that lives."""
    with desk(tmp_path / "groundstop.db") as at:
        at.store.watch({source.name: source for source in (NEWS, UNION)})
        at.settle_in(NEWS, UNION)
        at.store.heartbeat(datetime.now(UTC), "1")
        yield at


def found(at: Desk, **facts: Any) -> dict[str, tuple[str, str]]:
    """By check, the worst state and what was said of it."""
    given = {"now": datetime.now(UTC), "today": at.clock(), "enabled": [NEWS.name, UNION.name], "keyless": [], **facts}
    ranks = (OK, WARNING, TROUBLE)
    with report.reading(at.path) as database:
        findings = examine(Facts(at.path, database, **given))
    assert {finding.check for finding in findings} == {check.__name__ for check in doctor.CHECKS}
    assert all(finding.remedy for finding in findings if finding.state != OK)
    return {f.check: (f.state, f.said) for f in sorted(findings, key=lambda f: ranks.index(f.state))}


def test_a_healthy_installation(at: Desk) -> None:
    assert {state for state, _ in found(at).values()} == {OK}
    assert "every page" in found(at, full=True)["file"][1]


def test_runs_that_never_happened_are_found_by_age(at: Desk) -> None:
    at.clock.pass_(minutes=50)
    at.poll(NEWS)
    assert found(at)["schedule"][0] == OK
    at.clock.pass_(minutes=30)
    assert found(at)["schedule"] == (TROUBLE, "not read when due: union")
    with report.reading(at.path) as database:
        told = report.status(database, datetime.now(UTC), at.clock())
    assert told["overdue"] == ["union"] and not told["well"]
    assert at.ask("SELECT source FROM source_health WHERE due < ?", stamp(at.clock() - timedelta(minutes=30))) == ["union"]


def test_with_cron_a_source_is_late_after_a_day(at: Desk) -> None:
    at.store.database.execute("DELETE FROM service")
    at.clock.pass_(hours=20)
    assert found(at)["schedule"][0] == OK
    at.clock.pass_(hours=5)
    assert found(at)["schedule"][0] == TROUBLE


def test_a_source_that_was_never_read(at: Desk) -> None:
    at.store.database.execute("UPDATE sources SET last_run_at = NULL, health = 'never run' WHERE name = 'union'")
    assert found(at)["schedule"] == (WARNING, "never read yet: union")
    assert found(at, keyless=["union"])["schedule"][0] == OK
    assert found(at, keyless=["union"])["sources"][0] == WARNING


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE service SET ended_at = beat_at", "was stopped at"),
        ("UPDATE service SET beat_at = '2025-01-01T00:00:00Z'", "has not beaten since"),
        ("UPDATE service SET pid = 4194000", "process 4194000 is gone"),
    ],
)
def test_a_service_that_does_not_live(at: Desk, change: str, words: str) -> None:
    at.store.database.execute(change)
    state, said = found(at)["service"]
    assert state == TROUBLE and words in said


def test_no_service_at_all_is_as_it_should_be_with_cron(at: Desk) -> None:
    at.store.database.execute("DELETE FROM service")
    assert found(at)["service"][0] == WARNING


def test_a_run_that_does_not_end(at: Desk) -> None:
    at.store.begin_run(NEWS)
    at.clock.pass_(hours=2)
    assert found(at)["service"] == (TROUBLE, "runs that do not end: news")


def test_a_clock_that_was_set_back(at: Desk) -> None:
    at.clock.pass_(days=-2)
    assert found(at)["clock"][0] == TROUBLE
    at.clock.pass_(days=2)
    assert found(at, now=datetime.now(UTC) - timedelta(hours=1))["clock"][0] == TROUBLE


def test_sources_that_are_broken_silent_or_not_watched(at: Desk) -> None:
    at.store.database.execute("UPDATE sources SET health = 'broken' WHERE name = 'union'")
    assert found(at)["sources"] == (TROUBLE, "broken: union")
    at.store.database.execute("UPDATE sources SET health = 'silent' WHERE name = 'union'")
    assert found(at)["sources"] == (WARNING, "nothing new for longer than usual: union")
    at.store.database.execute("UPDATE sources SET health = 'ok'")
    assert found(at, enabled=["news", "union", *(f"n{i}" for i in range(10))])["sources"] == (
        WARNING, "enabled, but not watched: n0, n1, n2, n3, n4, n5, n6, n7 and 2 more"
    )  # fmt: skip


def test_a_machine_without_a_network(at: Desk) -> None:
    for _ in range(12):
        run = at.run(NEWS)
        run.responses.clear()
        run.entries = 0
        run.failures.append(Failure("unreachable", NEWS.url, "no route to host"))
        at.poll(NEWS, run=run)
        at.clock.pass_(minutes=1)
    state, said = found(at)["rounds"]
    assert state == TROUBLE and said == "12 of the last day's 14 runs failed"


def test_flags_that_nobody_was_told_and_notices_that_nobody_understood(at: Desk) -> None:
    at.poll(NEWS, notice(NEWS, "a", "TP stops CCS"), notice(NEWS, "b", "boom"))
    assert found(at)["flags"] == (WARNING, "1 notices of the last day were stored and not understood")
    at.clock.pass_(minutes=11)
    with report.reading(at.path) as database:
        given = Facts(at.path, database, datetime.now(UTC), at.clock(), [], [])
        assert [finding.state for finding in doctor.flags(given)] == [TROUBLE, WARNING]


def test_damage_strays_and_a_directory_that_is_shut(at: Desk, tmp_path: Path) -> None:
    at.store.database.execute("PRAGMA foreign_keys = OFF")
    at.store.database.execute("UPDATE notices SET source = 'nobody'")
    assert found(at)["file"] == (TROUBLE, "damaged: 2 rows point to rows that are not there")
    with closing(sqlite3.connect(at.path, isolation_level=None)) as other:
        other.execute("PRAGMA writable_schema = ON")
        other.execute("UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'flags') WHERE name = 'events'")
    assert found(at)["file"][0] == TROUBLE


def test_a_log_of_changes_that_somebody_keeps_from_being_emptied(at: Desk) -> None:
    with closing(sqlite3.connect(at.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM flags").fetchall()
        os.truncate(at.path.with_name(at.path.name + "-wal"), doctor.LOG + 4096)
        assert found(at)["room"][0] == WARNING


def test_the_command_says_what_to_do_and_its_exit_code_tells(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2025-11-30T09:05:00Z", "ascii")
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "a"\nshap = "feed"\n', "utf-8")
    with desk(tmp_path / "groundstop.db") as at:
        at.settle_in(NEWS)
    done = subprocess.run(command("doctor"), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "records   trouble" in done.stdout and 'did you mean "shape"' in done.stdout
    assert "Traceback" not in done.stderr
    (tmp_path / "sources.toml").write_text("", "utf-8")
    done = subprocess.run(command("doctor", "--json"), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and '"check": "file"' in done.stdout


@pytest.mark.parametrize(("table", "also"), [("sqlite_schema", set()), ("sources", {"room", "clock", "rounds"})])
def test_a_damaged_file_is_a_finding_and_not_the_end(tmp_path: Path, table: str, also: set[str]) -> None:
    """Nothing can be read where the schema is damaged; of a damaged table the others are still examined."""
    (tmp_path / "clock").write_text("2025-11-30T09:05:00Z", "ascii")
    (tmp_path / "sources.toml").write_text("", "utf-8")
    with desk(tmp_path / "groundstop.db") as at:
        at.settle_in(NEWS)
        (page,) = at.ask("SELECT coalesce((SELECT rootpage FROM sqlite_schema WHERE name = ?), 1)", table)
    file = tmp_path / "groundstop.db"
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 100 : page * 4096] = b"\xa5" * 3996
    file.write_bytes(content)
    done = subprocess.run(command("doctor", "--json"), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
    findings = json.loads(done.stdout)
    assert done.returncode == 1 and done.stderr == "" and file.read_bytes() == content
    assert findings[0]["check"] == "file" and findings[0]["state"] == TROUBLE and "damaged" in findings[0]["said"] and findings[0]["remedy"]
    assert also <= {finding["check"] for finding in findings}
    assert not also or "schedule" in findings[-1]["said"]


def test_no_file_at_all_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2025-11-30T09:05:00Z", "ascii")
    (tmp_path / "sources.toml").write_text("", "utf-8")
    done = subprocess.run(command("doctor", "--json"), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
    (finding,) = json.loads(done.stdout)
    assert done.returncode == 1 and "does not exist" in finding["said"] and "groundstop once" in finding["remedy"]
    assert not (tmp_path / "groundstop.db").exists()
