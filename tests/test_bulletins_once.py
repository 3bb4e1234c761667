"""EASA's and the FAA's records from an address to events: fixtures of our own, and real answers where they lie beside the checkout."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scrapers.recording import Recording
from scrapers.replay import Replay

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
CAPTURES = ROOT.parent / "shared" / "captures"
ANSWERS = [
    ("easa", "easa", next((FIXTURES / "easa-czib").glob("*export.json"))),
    ("faa", "faa", next((FIXTURES / "faa-prohibitions").glob("*.html"))),
    *(("easa", "easa", file) for file in sorted((CAPTURES / "easa").glob("czib-export-*.json"))),
    *(("faa", "faa", file) for file in sorted((CAPTURES / "faa").glob("us_restrictions-*.html"))),
]
SOURCE = """[[source]]
name = "bulletins"
title = "Bulletins"
kind = "authority"
official = true
lang = "en"
shape = "{shape}"
url = "{address}/{file}"
every = "1h"
"""


@pytest.mark.parametrize(("shape", "operator", "answer"), ANSWERS, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_each_record_is_a_notice_and_states_its_events(shape: str, operator: str, answer: Path, tmp_path: Path) -> None:
    database, records = tmp_path / "groundstop.db", tmp_path / "sources.toml"
    with Replay(Recording.folder(answer.parent)) as replay:
        address = f"http://{replay.addresses['']}:{replay.port}"
        records.write_text(SOURCE.format(shape=shape, address=address, file=answer.name), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scheduler", "once", "--json", "--db", str(database), "--sources", str(records)],
            cwd=ROOT,
            env={**os.environ, "GROUNDSTOP_DELAY": "0"},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout)
    assert run["verdict"] == "ok"
    with closing(sqlite3.connect(database)) as stored:
        (notices, with_events) = stored.execute(
            "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM events e WHERE e.notice_id = n.id)) FROM notices n"
        ).fetchone()
        assert notices == run["new"]
        # EASA's are all bulletins; of the FAA's, routing rules, pointers and background papers state nothing.
        assert with_events == notices if shape == "easa" else with_events >= 3
        assert {row[0] for row in stored.execute("SELECT operator FROM events")} == {operator}
        assert {row[0] for row in stored.execute("SELECT kind FROM events")} <= {"advisory", "suspension", "reroute"}
        assert stored.execute("SELECT count(*) FROM versions WHERE problem IS NOT NULL").fetchone() == (0,)
