"""The demonstration, run once for all tests that ask its database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.verdict import BROKEN_AFTER
from scrapers.recording import Recording
from scrapers.replay import Replay

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "data" / "demo"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="tests/soak at full size, up to an hour, with a table of what was measured")


def filled(replay: Replay, folder: Path) -> Path:
    """The sources' records with the addresses of this replay."""
    records = folder / "sources.toml"
    records.write_text(replay.fill((DEMO / "sources.toml").read_text("utf-8")), "utf-8")
    return records


def once(replay: Replay, database: Path, records: Path) -> None:
    """One round of the real service over every source."""
    done = subprocess.run(
        [sys.executable, "-m", "scheduler", "once", "--db", str(database), "--sources", str(records)],
        cwd=ROOT,
        env={**os.environ, "GROUNDSTOP_CLOCK": str(replay.clock_file), "GROUNDSTOP_DELAY": "0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr or done.stdout


@pytest.fixture(scope="session")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database after the last moment; a new process reads each, so that all that is known is in the file."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "groundstop.db"
    with Replay(Recording.load(DEMO), folder / "clock") as replay:
        records = filled(replay, folder)
        once(replay, file, records)
        while moment := replay.advance():
            for _ in range(BROKEN_AFTER if moment.status else 1):
                once(replay, file, records)
    return file
