"""What is forgotten, what never is, and the copy of the live file."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from pipelines.storage.database import StoreError, open_for_writing
from pipelines.storage.schema import APPLICATION, MIGRATIONS
from pipelines.storage.store import Store
from pipelines.storage.upkeep import Keep, Tidied
from scrapers.run import Validator
from tests.publisher import NEWS, Clock, Desk, desk, notice
from tests.service import ROOT, command, environment, rows, until

LONG = "TP stops CCS. " + "The weather is fine and the hotels are full. " * 400


def tidied(at: Desk, keep: Keep) -> Tidied:
    *_, done = at.store.tidy(keep)
    return done


def texts(at: Desk) -> list[tuple[Any, ...]]:
    """Key, number of the version, whether its text is there, whether it was left alone."""
    rows = at.ask(
        "SELECT n.key, v.number, v.text <> '', v.pruned_at IS NULL FROM versions v JOIN notices n ON n.id = v.notice_id ORDER BY 1, 2"
    )
    return [(key.rpartition("/")[2], *row) for key, *row in rows]


STAYING = {
    "notices": "SELECT source, key, hash, versions, title FROM notices ORDER BY id",
    "events": "SELECT kind, operator, evidence, start, seen_at, withdrawn_at FROM events ORDER BY id",
    "suspensions": "SELECT * FROM suspensions ORDER BY id",
    "links": "SELECT * FROM suspension_events ORDER BY 1, 2, 3",
    "flags": "SELECT * FROM flags ORDER BY id",
}


def staying(at: Desk) -> dict[str, list[Any]]:
    return {name: at.ask(query) for name, query in STAYING.items()}


def test_old_texts_go_and_what_was_understood_of_them_stays(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        at.poll(NEWS, notice(NEWS, "gone", f"{LONG} Gone."), notice(NEWS, "shown", LONG))
        at.clock.pass_(days=20)
        at.poll(NEWS, notice(NEWS, "shown", LONG + " TP resumes CCS", published="2025-12-20T08:00:00Z"))
        at.clock.pass_(days=90)
        at.poll(NEWS, notice(NEWS, "shown", LONG + " TP resumes CCS", published="2025-12-20T08:00:00Z"))
        before = staying(at)
        assert before["flags"] and before["suspensions"]
        done = tidied(at, Keep(days=60))
        assert done.texts == 3
        assert texts(at) == [("first", 1, 0, 0), ("gone", 1, 0, 0), ("shown", 1, 0, 0), ("shown", 2, 1, 1)]
        assert staying(at) == before
        history = "SELECT version, characters IS NULL, pruned_at IS NULL FROM notice_history WHERE source = 'news' ORDER BY notice, version"
        assert at.ask(history) == [(1, 1, 0), (1, 1, 0), (1, 1, 0), (2, 0, 1)]
        assert tidied(at, Keep(days=60)) == Tidied()


def test_what_is_shown_all_the_time_keeps_its_text_though_its_address_answers_that_nothing_changed(tmp_path: Path) -> None:
    """Such an answer shows no notice, so none is seen in it."""
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)

        def read_in_full() -> None:
            run = at.run(NEWS)
            run.entries, run.validators[NEWS.url] = 1, Validator("1", "", "")
            at.poll(NEWS, notice(NEWS, "shown", LONG), run=run)

        read_in_full()
        for _ in range(8):
            at.clock.pass_(days=50)
            tidied(at, Keep())
            if at.store.validator(NEWS.url) is None:
                read_in_full()
        assert texts(at)[-1] == ("shown", 1, 1, 1)


def test_a_notice_whose_text_is_gone_is_still_known(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        at.poll(NEWS, notice(NEWS, "back", LONG))
        at.clock.pass_(days=500)
        assert tidied(at, Keep()).texts == 2
        outcomes, _ = at.poll(NEWS, notice(NEWS, "back", LONG))
        assert (outcomes, at.flags()) == (["same"], ["new"])
        outcomes, _ = at.poll(NEWS, notice(NEWS, "back", "TP stops CCS until 2027-09-15", published="2027-04-10T08:00:00Z"))
        assert outcomes == ["changed"] and texts(at)[0] == ("back", 1, 0, 0) and texts(at)[1] == ("back", 2, 1, 1)


def test_too_much_text_goes_oldest_first_and_never_the_newest_of_a_notice(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        for number in range(150):
            at.poll(NEWS, notice(NEWS, "page", f"{LONG} {number}"))
            at.clock.pass_(minutes=20)
        size = at.ask("SELECT sum(length(CAST(text AS BLOB))) FROM versions")[0]
        assert size > 2 * 1024 * 1024
        done = tidied(at, Keep(mib=1))
        left = [number for key, number, there, _ in texts(at) if key == "page" and there]
        assert done.texts == 150 - len(left) and left == list(range(151 - len(left), 151))
        assert at.ask("SELECT sum(length(CAST(text AS BLOB))) FROM versions")[0] <= 1024 * 1024
        assert done.bytes > 0 and at.ask("PRAGMA freelist_count") == [0]
        assert at.ask("SELECT count(*) FROM flags WHERE kind = 'new'") == [1]


def test_runs_that_brought_nothing_and_addresses_go_and_those_that_anything_points_to_stay(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        at.poll(NEWS, notice(NEWS, "said", LONG))
        for _ in range(300):
            at.poll(NEWS, notice(NEWS, "said", LONG))
            at.clock.pass_(minutes=20)
        at.store.database.execute(
            "INSERT INTO validators (url, source, fetched_at, reading) VALUES ('https://a.example/', 'news', '2025-11-30T09:00:00Z', 'x')"
        )
        at.clock.pass_(days=400)
        for _ in range(200):
            at.poll(NEWS, notice(NEWS, "said", LONG))
        done = tidied(at, Keep())
        assert (done.runs, done.addresses) == (300, 1)
        assert at.ask("SELECT count(*) FROM runs") == [202] and at.ask("SELECT count(*) FROM validators") == [0]
        assert at.ask("PRAGMA foreign_key_check") == []


def test_a_file_of_before_is_written_anew_once(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        MIGRATIONS.apply(Database(connection), stop_before="0004 upkeep")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 2")
    with desk(file, Clock()) as at:
        at.settle_in(NEWS)
        for number in range(60):
            at.poll(NEWS, notice(NEWS, "page", f"{LONG} {number}"))
        assert at.ask("PRAGMA auto_vacuum") == [0]
        at.clock.pass_(days=400)
        assert tidied(at, Keep()).bytes > 100_000
    with desk(file, at.clock) as at:
        assert at.ask("PRAGMA auto_vacuum") == [2] and at.ask("PRAGMA journal_mode") == ["wal"]


def test_a_version_that_was_replaced_yesterday_was_shown_until_then(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        at.poll(NEWS, notice(NEWS, "page", LONG))
        at.clock.pass_(days=400)
        at.poll(NEWS, notice(NEWS, "page", LONG + " TP resumes CCS"))
        at.clock.pass_(days=1)
        tidied(at, Keep())
        assert texts(at) == [("first", 1, 0, 0), ("page", 1, 1, 1), ("page", 2, 1, 1)]
        at.clock.pass_(days=300)
        at.poll(NEWS, notice(NEWS, "page", LONG + " TP resumes CCS"))
        at.clock.pass_(days=100)
        tidied(at, Keep())
        assert texts(at) == [("first", 1, 0, 0), ("page", 1, 0, 0), ("page", 2, 1, 1)]


def test_a_reader_that_does_not_let_go_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The file gets its changes another night; until then the log of changes keeps them."""
    with desk(tmp_path / "a.db", busy_seconds=120) as at, closing(sqlite3.connect(at.path, isolation_level=None)) as reader:
        at.settle_in(NEWS)
        at.clock.pass_(days=400)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM flags").fetchall()
        since = time.monotonic()
        tidied(at, Keep())
        assert time.monotonic() - since < 100
        log = at.path.with_name("a.db-wal")
        assert log.stat().st_size > 0 and at.store.database.execute("PRAGMA busy_timeout").fetchone() == (120_000,)
        reader.execute("ROLLBACK")
        tidied(at, Keep())
        assert log.stat().st_size == 0


def test_readers_and_another_writer_go_on_between_the_steps(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        for number in range(1200):
            at.poll(NEWS, notice(NEWS, f"n{number}", f"Nothing {number}"))
        at.clock.pass_(days=400)
        with closing(open_for_writing(at.path, busy_seconds=0.1)) as other:
            steps = 0
            for _ in at.store.tidy(Keep()):
                steps += 1
                other.execute("UPDATE sources SET title = title || '.'")
        assert steps > 3 and at.ask("SELECT title FROM sources WHERE name = 'news'") == ["The News" + "." * steps]


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(command(*arguments), env=environment(folder), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == code and "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def clocked(tmp_path: Path) -> Path:
    (tmp_path / "clock").write_text("2027-01-01T00:00:00Z", "ascii")
    (tmp_path / "sources.toml").write_text("", "utf-8")
    return tmp_path


def test_a_backup_is_whole_checked_and_made_while_the_service_writes(clocked: Path) -> None:
    with desk(clocked / "groundstop.db") as at:
        at.settle_in(NEWS)
        at.poll(NEWS, notice(NEWS, "said", LONG))
        at.store.database.execute("BEGIN IMMEDIATE")
        at.store.database.execute("UPDATE notices SET title = 'half done'")
        said = json.loads(run(clocked, "backup", str(clocked / "copy.db"), "--json"))
        at.store.database.execute("ROLLBACK")
        flags = at.ask("SELECT * FROM flags")
    with closing(sqlite3.connect(clocked / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM notices WHERE title = 'half done'").fetchone() == (0,)
        assert copy.execute("SELECT * FROM flags").fetchall() == flags
    assert said == {"file": str(clocked / "copy.db"), "bytes": (clocked / "copy.db").stat().st_size}
    Store(clocked / "copy.db", Clock()).close()
    assert "--force" in run(clocked, "backup", str(clocked / "copy.db"), code=1)
    run(clocked, "backup", str(clocked / "copy.db"), "--force")
    assert "database itself" in run(clocked, "backup", str(clocked / "groundstop.db"), "--force", code=1)
    assert "may write in" in run(clocked, "backup", str(clocked / "none" / "copy.db"), code=1) or not (clocked / "none").exists()
    assert not list(clocked.glob("*.part"))


def test_a_damaged_database_makes_no_backup(clocked: Path) -> None:
    with desk(clocked / "groundstop.db") as at:
        at.settle_in(NEWS)
        for number in range(50):
            at.poll(NEWS, notice(NEWS, f"n{number}", LONG))
    file = clocked / "groundstop.db"
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40_000] = b"\xa5" * 40_000
    file.write_bytes(content)
    assert "damaged" in run(clocked, "backup", str(clocked / "copy.db"), code=1)
    assert not (clocked / "copy.db").exists() and not list(clocked.glob("*.part"))


def test_tidy_says_what_it_did(clocked: Path) -> None:
    with desk(clocked / "groundstop.db") as at:
        at.settle_in(NEWS)
    assert json.loads(run(clocked, "tidy", "--json"))["texts"] == 1
    assert run(clocked, "tidy").startswith("0 texts emptied")


def test_the_service_tidies_some_time_after_its_start_too(clocked: Path) -> None:
    """It may never live at half past three."""
    none = 'name = "none"\ntitle = "None"\nkind = "press"\nlang = "en"\nshape = "feed"\nurl = "http://127.0.0.1:9/"\nevery = "1h"\n'
    (clocked / "sources.toml").write_text(f"[[source]]\n{none}", "utf-8")
    with desk(clocked / "groundstop.db") as at:
        at.settle_in(NEWS)
    soon = (
        "import sys, datetime, scheduler; scheduler.SETTLED = datetime.timedelta(seconds=1);"
        " sys.argv = ['groundstop', 'run']; scheduler.main()"
    )
    with subprocess.Popen([sys.executable, "-c", soon], env=environment(clocked), cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            until(lambda: rows(clocked, "SELECT 1 FROM versions WHERE pruned_at IS NOT NULL"), "the old text is still there")
            service.terminate()
            log = service.communicate(timeout=60)[1]
        finally:
            service.kill()
    assert service.returncode == 0 and "stopped" in log


def test_a_file_that_is_replaced_is_noticed(tmp_path: Path) -> None:
    with desk(tmp_path / "a.db") as at:
        at.store.check_place()
        (tmp_path / "a.db").rename(tmp_path / "b.db")
        with pytest.raises(StoreError, match="moved, deleted or replaced"):
            at.store.check_place()
        (tmp_path / "a.db").touch()
        with pytest.raises(StoreError, match="moved, deleted or replaced"):
            at.store.check_place()
