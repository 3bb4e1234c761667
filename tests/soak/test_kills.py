"""SIGKILL at random instants of the demonstration: what is stored and told in the end is what it would have been."""

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.soak.figures import Figures
from tests.soak.lives import Lives, Rows, content, flags

REPLAYS, KILLS, WORKERS = 20, 25, 2
"""In a soak: 500 kills."""
SEED = "GROUNDSTOP_SOAK_SEED"
"""Set in the environment to the seed of a failed run, this makes the kills come in the same stages of the same moments."""


@pytest.fixture(scope="module")
def seed() -> str:
    return os.environ.get(SEED) or str(random.SystemRandom().randrange(10**9))


def test_what_a_killed_service_stores_and_tells_is_what_an_undisturbed_one_does(
    crisis: Path, tmp_path: Path, figures: Figures, full: bool, say: Callable[[str], None], seed: str
) -> None:
    print(f"{SEED}={seed}")  # pytest shows it where the test fails
    say(f"{SEED}={seed}")
    replays, kills = (REPLAYS, KILLS) if full else (1, 6)
    stages: Counter[str] = Counter()
    twice = 0
    wanted = content(crisis)
    lives = [Lives(tmp_path / f"{number}.db", kills, f"{seed} {number}") for number in range(replays)]
    workers = ThreadPoolExecutor(WORKERS)
    try:
        ended = [workers.submit(life.run) for life in lives]
        for number, (life, done) in enumerate(zip(lives, ended, strict=True)):
            done.result()
            twice += compare(figures, wanted, life)
            stages += life.killed
            say(f"replay {number + 1} of {replays}: {stages.total()} kills, {dict(stages)}; {twice} flags told again")
    finally:
        workers.shutdown(cancel_futures=True)
    assert stages.total() == replays * kills


def compare(figures: Figures, wanted: dict[str, Rows], life: Lives) -> int:
    """Fails where ``life`` ended otherwise; how many flags it told more than once."""
    got = content(life.database)
    figures.flags(flags(wanted), flags(got))
    figures.notices((row[:2] for row in wanted["notices"]), (row[:2] for row in got["notices"]))
    for name, rows in wanted.items():
        assert got[name] == rows, name
    told = Counter((line["flag"], line["what"]) for line in life.log if "flag" in line)
    with closing(sqlite3.connect(life.database)) as connection:
        marked = set(connection.execute("SELECT kind, what FROM flags WHERE told_at IS NOT NULL"))
    assert len(marked) == len(got["flags"]) and marked == set(told)
    figures.kills_survived += life.killed.total()
    return sum(told.values()) - len(told)
