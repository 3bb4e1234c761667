"""The service on a machine whose clock somebody sets: ``python -m tests.soak.stepped FILE run ...``.

The machine's own clock cannot be set by a test. So ``datetime.now`` and ``time.time`` are moved by the seconds that stand in FILE, in this
process and wherever the service and its scheduler ask for the time; the monotonic clock is left alone, as the kernel does.
"""

import datetime
import sys
import time
from pathlib import Path


def step(file: Path) -> float:
    try:
        return float(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0.0


def install(file: Path) -> None:
    """Has to come before anything that imports ``datetime`` from its module."""
    real, seconds = datetime.datetime, time.time

    class Stepped(real):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return real.now(tz) + datetime.timedelta(seconds=step(file))

    datetime.datetime = Stepped  # type: ignore[misc]
    time.time = lambda: seconds() + step(file)


if __name__ == "__main__":
    install(Path(sys.argv.pop(1)))
    sys.argv[0] = "groundstop"
    import scheduler

    scheduler.main()
