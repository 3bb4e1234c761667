"""What a run was worth, and what that makes of its source. Pure: counts and dates in, words out.

Scrapy's own "finished" is never asked: it is said whatever happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapers.run import Failure, Run

BROKEN_AFTER = 3
"""Failed runs in a row after which a source counts as broken: one bad answer is weather."""

SUCCESSES = frozenset(("ok", "unchanged", "empty_ok", "partial"))
NEUTRAL = frozenset(("interrupted",))
"""Say nothing about the source: the service was stopped, not the source."""

VERDICT_OF = {
    "blocked": "blocked",
    "robots": "robots",
    "gone": "gone",
    "unreachable": "unreachable",
    "timeout": "unreachable",
    "tls": "unreachable",
    "dns": "unreachable",
    "http_error": "unreachable",
    "expired": "unreachable",
    "redirected": "parse_error",
    "not_expected": "parse_error",
    "parse_error": "parse_error",
    "too_big": "parse_error",
    "no_key": "blocked",
}
"""The verdict of a run of which nothing came but failures of this kind."""

SAID = {
    "unreachable": "the server did not answer",
    "timeout": "the server did not answer in time",
    "tls": "the server's certificate or encryption was refused",
    "dns": "the server's name is not known",
    "http_error": "the server answered with an error",
    "blocked": "the server refuses us",
    "robots": "robots.txt forbids the address",
    "gone": "the address is gone",
    "redirected": "the address leads elsewhere",
    "too_big": "the answer is larger than allowed",
    "not_expected": "the answer is not what this source publishes",
    "parse_error": "the answer could not be read",
    "no_key": "nobody was asked",
    "expired": "the run came to its limits",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``name`` is one of ``schema.VERDICTS``; ``said`` is a sentence for a person."""

    name: str
    said: str
    unknown: bool = False
    """Whether it leaves open how the source is: a search without a hit found nothing, or failed without saying so."""

    @property
    def success(self) -> bool:
        return self.name in SUCCESSES


def verdict(run: "Run") -> Verdict:
    """What ``run`` was worth, held against what its source's record says of a healthy one."""
    stored = run.items - run.lost
    if run.interrupted:
        return Verdict("interrupted", f"stopped before it was complete, after {_notices(stored)}")
    if run.lost:
        said = f"{_notices(run.lost)} of {run.items} could not be stored"
        return Verdict("partial" if stored else "parse_error", said)
    if run.failures:
        first = min(run.failures, key=_severity)
        trouble = f"{SAID.get(first.kind, first.kind)}{': ' + first.detail if first.detail else ''} ({first.url})"
        if stored or run.unchanged:
            failed = "1 request" if len(run.failures) == 1 else f"{len(run.failures)} requests"
            return Verdict("partial", f"{_notices(stored)}, but {failed} failed: {trouble}")
        return Verdict(VERDICT_OF.get(first.kind, "parse_error"), trouble)
    least = run.source.items
    if run.entries == 0 and stored == 0:
        if run.unchanged:
            return Verdict("unchanged", "nothing changed since the last run")
        if not run.requests:
            return Verdict("parse_error", "nothing was requested: the record leads nowhere")
        if run.source.empty_ok:
            return Verdict("empty_ok", "no notices, as is normal here")
        if run.source.kind == "search":
            return Verdict("empty", "no hit: nothing was published, or the search failed; it does not say which", unknown=True)
        return Verdict("empty", "the answer held no notice, where there are always some")
    if run.entries < least and not run.lists_unchanged:
        return Verdict("partial", f"{_notices(run.entries)}, where a healthy run brings at least {least}")
    return Verdict("ok", _notices(stored))


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a source's runs before the one that just ended."""

    health: str = "never run"
    """One of ``schema.HEALTH``."""
    failures_in_row: int = 0
    last_new: datetime | None = None
    """When a notice that was not known before came last; when the source was added where none has yet."""
    problem: str | None = None
    """What was wrong after the last run that says something about the source."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a run makes of its source."""

    state: str
    failures_in_row: int
    problem: str | None
    """What is wrong, in words; None where nothing is."""
    flag: str | None
    """``source_broken`` or ``source_recovered``, the once that it is due."""


def health(history: History, run: Verdict, quiet: timedelta | None, now: datetime) -> Health:
    """The source's state after ``run``, and whether a person is told: when it breaks and when it recovers, once each.

    ``quiet``: without a new notice for longer than this the source is suspicious; None where silence means nothing. A run that leaves
    open how the source is changes nothing until then.
    """
    was_well = history.health not in ("broken", "silent")
    if run.name in NEUTRAL:
        return Health(history.health, history.failures_in_row, history.problem, None)
    silence = now - history.last_new if history.last_new is not None else timedelta()
    silent = quiet is not None and silence > quiet
    if run.unknown and not silent:
        return Health(history.health, history.failures_in_row, history.problem, None)
    if not run.success and not run.unknown:
        failures = history.failures_in_row + 1
        if failures >= BROKEN_AFTER or not was_well:
            counted = "the last run" if failures == 1 else f"{failures} runs in a row"
            return Health("broken", failures, f"{counted} failed: {run.said}", "source_broken" if was_well else None)
        return Health("ok" if history.health == "ok" else "never run", failures, run.said, None)
    if quiet is not None and silent:
        said = f"no new notice for {_span(silence)}, where {_span(quiet)} is the longest that is normal"
        return Health("silent", 0, said, "source_broken" if was_well else None)
    return Health("ok", 0, run.said if run.name == "partial" else None, None if was_well else "source_recovered")


def _notices(count: int) -> str:
    return "1 notice" if count == 1 else f"{count} notices"


def _span(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours >= 2 else f"{int(time.total_seconds() // 60)} minutes"


def _severity(failure: "Failure") -> int:
    """What says most about why comes first: a refusal before an error page, an error page before a timeout."""
    return _SEVERITY.index(failure.kind) if failure.kind in _SEVERITY else len(_SEVERITY)


_SEVERITY: Sequence[str] = ("blocked", "robots", "gone", "dns", "tls", "redirected")
