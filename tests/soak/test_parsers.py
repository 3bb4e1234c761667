"""Our parsers, fed with anything: by hypothesis always, and guided by their branches (atheris) in a soak."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service import ROOT
from tests.soak.figures import Figures
from tests.soak.pages import HOSTILE
from tests.soak.parsers import TARGETS

RUNS = 50_000
"""Inputs for each parser in a soak, or as many as forty seconds allow."""
SEEDS = (
    "Mon, 01 Dec 2025 06:00:00 GMT", "2025-12-01T09:15:00+03:00", "1 декабря 2025, 09:15 МСК", "until 15 January 2026", "с 5 по 26 марта",
    "A0123/25 NOTAMN\nQ) SVZM/QAFXX/IV/NBO/E/000/999/1000N06600W999\nA) SVZM B) 2511211500 C) 2602190000\nE) AIRSPACE CLOSED",
    "!FDC 5/2912 ZZZ SPECIAL NOTICE", "<html><head><title>T</title></head><body><main><p>Words</p></main></body></html>",
    "<rss version='2.0'><channel><item><guid>1</guid><title>T</title></item></channel></rss>", '{"a": [{"id": 1, "b": "x"}]}',
    "https://user@www.example.org:80/a/b?c=d#e", "http://0x7f.1/", "file:///etc/passwd", "Mon, 01 Dec 2025 060000000000000:00:00 GMT", "\0http://0/",
)  # fmt: skip
PARTS = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([each.encode("utf-8", "surrogatepass")[:5_000] for each in (*SEEDS, *HOSTILE)]),
)


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_is_too_odd(figures: Figures, full: bool, name: str) -> None:
    @settings(
        max_examples=2_000 if full else 60, deadline=None, derandomize=not full, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(PARTS, max_size=5).map(b" ".join))
    def one(data: bytes) -> None:
        TARGETS[name](data)
        figures.pages_fuzzed += 1

    one()


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_that_a_fuzzer_finds_is_too_odd(
    tmp_path: Path, figures: Figures, full: bool, say: Callable[[str], None], name: str
) -> None:
    runs = RUNS if full else 200
    if importlib.util.find_spec("atheris") is None:
        assert not full, "make soak installs atheris"
        return  # make test does not: the test above is its share
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS):
        (seeds / str(number)).write_bytes(seed.encode())
    options = [f"-atheris_runs={runs}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=3000", "-max_total_time=40"]
    arguments = [sys.executable, "-m", "tests.soak.fuzz", name, *options, f"-artifact_prefix={tmp_path}/", str(seeds)]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=600)
    left = [file.read_bytes() for file in tmp_path.glob("crash-*")]
    assert done.returncode == 0 and not left, f"{left}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    ran = re.search(r"^Done (\d+) (?:runs )?in ", done.stderr, re.M)
    assert ran, done.stderr[-3000:]
    figures.pages_fuzzed += int(ran[1])
    say(f"{name}: {ran[1]} inputs")
