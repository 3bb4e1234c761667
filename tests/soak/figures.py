"""What a soak measures, and the comparisons that feed it."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Figures:
    """The counts of one run of the tests in this folder. The four in the middle must stay 0: each comparison that finds one also fails."""

    kills_survived: int = 0
    faults_tried: int = 0
    pages_fuzzed: int = 0
    false_flags: int = 0
    missed_flags: int = 0
    duplicate_flags: int = 0
    lost_notices: int = 0
    largest_memory: float = 0.0
    """MiB, resident, of a process of the service."""
    longest_delay: float = 0.0
    """Seconds from the moment a site shows a notice to its row in the database, the interval between two polls not counted; at least the
    time from the answer to the row, which is written to the second."""

    def flags(self, expected: Iterable[Hashable], raised: Iterable[Hashable]) -> None:
        """``raised`` must be ``expected``, in any order, each once."""
        wanted, got = set(expected), Counter(raised)
        false, missed = set(got) - wanted, wanted - set(got)
        twice = {flag: times for flag, times in got.items() if times > 1}
        self.false_flags += len(false)
        self.missed_flags += len(missed)
        self.duplicate_flags += sum(twice.values()) - len(twice)
        assert not (false or missed or twice), f"false: {false}; missed: {missed}; more than once: {twice}"

    def notices(self, expected: Iterable[Hashable], stored: Iterable[Hashable]) -> None:
        """Each of ``expected`` must be stored."""
        lost = set(expected) - set(stored)
        self.lost_notices += len(lost)
        assert not lost, f"lost: {lost}"

    def memory(self, pid: int) -> None:
        """Takes the peak of a process that still runs."""
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        self.largest_memory = max(self.largest_memory, int(peak.split()[1]) / 1024)

    def delay(self, seconds: float) -> None:
        self.longest_delay = max(self.longest_delay, seconds)

    def table(self) -> list[tuple[str, str]]:
        """Names and values, as ``make soak`` prints them."""
        counts = {name.replace("_", " "): f"{value:,}" for name, value in vars(self).items() if isinstance(value, int)}
        return [*counts.items(), ("largest memory", f"{self.largest_memory:.0f} MiB"), ("longest delay", f"{self.longest_delay:.1f} s")]
