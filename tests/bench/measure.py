"""One measurement: a child process, and what it prints last."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def result(**figures: float) -> str:
    """What a child prints for ``run``."""
    return json.dumps({**figures, "rss_mib": rss_mib()})


def rss_mib() -> float:
    """Resident memory of this process now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1)


def run(module: str, *arguments: str) -> dict[str, float]:
    """The figures that ``python -m module`` prints as the last line. Raises CalledProcessError."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def site() -> Iterator[int]:
    """The port of the benchmarks' site, while it runs."""
    command = [sys.executable, "-m", "tests.bench.site"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.terminate()
