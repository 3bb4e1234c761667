"""Which mentions of a sentence take part in what a trigger says, and which stand in an aside."""

from datetime import date

from pipelines.extract.dates import When
from pipelines.extract.domains import Domain
from pipelines.extract.frames import TARGETS
from pipelines.extract.patterns import Hit
from pipelines.extract.reading import Reading
from pipelines.extract.roles import OWNER, REPORTER
from pipelines.extract.sentence import Sentence
from pipelines.extract.triggers import Trigger


def operators(reading: Reading, domain: Domain, aside: set[int]) -> dict[int, str]:
    """Operators who may act: not reporters, owners or those of an aside; from another clause only with a date of their own."""
    sentence = reading.sentence
    limits = sentence.limits
    clauses = {limits[t.start] for t in domain.triggers}
    contrast = sentence.lexicon.patterns.members("contrast")
    dated = {limits[i] for i, u in enumerate(sentence.units) if u.when is not None}
    dated -= {limits[i] for i, u in enumerate(sentence.units) if not u.atoms.isdisjoint(contrast) and i > domain.triggers[0].start}
    vague = _vague(sentence, domain, aside)
    return {
        i: role
        for i, role in reading.operators.items()
        if domain.low <= i < domain.high
        and role not in (REPORTER, OWNER)
        and i not in aside
        and (limits[i] in clauses or limits[i] in dated)
        and not any(i < h.start for h in vague)
    }


def _vague(sentence: Sentence, domain: Domain, aside: set[int]) -> list[Hit]:
    """Phrases before the trigger that name no operator in particular, such as "several airlines"."""
    return [
        h for h in sentence.of("roles", "several") if domain.low <= h.start and h.end <= domain.triggers[0].start and h.start not in aside
    ]


def places(reading: Reading, domain: Domain, aside: set[int]) -> dict[int, str]:
    """Places that may be meant: not of an aside; those after a colon only where there are no others."""
    sentence = reading.sentence
    low = min(
        (h.start for h in _vague(sentence, domain, aside) if any(i < h.start for i in reading.operators if i >= domain.low)),
        default=domain.low,
    )
    own = {i: role for i, role in reading.places.items() if low <= i < domain.high and i not in aside}
    colon = _colon(sentence, domain)
    dated = (
        colon >= 0
        and any(u.when is not None for u in sentence.units[colon : domain.high])
        and not any(u.when is not None for u in sentence.units[domain.low : colon])
    )
    near = {i: role for i, role in own.items() if colon < 0 or i < colon or dated}
    return near if any(role in TARGETS for role in near.values()) else own


def whens(reading: Reading, domain: Domain, aside: set[int], acting: dict[int, str], published: date | None) -> dict[int, When]:
    """Dates that may be those of the event: not of the telling; of an aside only those ahead, where there are no others."""
    sentence = reading.sentence
    out = {}
    for i in range(domain.low, domain.high):
        when = sentence.units[i].when
        dateline = any(role == "dateline" and 0 < i - j <= 3 for j, role in reading.places.items())
        if when is not None and not (dateline and when.role == "on") and (domain.kind == "advisory" or not _telling(sentence, i, domain)):
            out[i] = when
    actor = min((i for i in acting if i < domain.triggers[0].start), default=-1)
    colon = _colon(sentence, domain)
    own = {i: w for i, w in out.items() if i not in aside and not (w.role == "on" and domain.low + 2 < i < actor)}
    if colon >= 0 and any(i < colon and w.role not in ("open", "duration") for i, w in own.items()):
        own = {i: w for i, w in own.items() if i < colon}
    if any(w.first or w.last for w in own.values()) or published is None:
        return own
    return {i: w for i, w in out.items() if i in own or (w.first or w.last or published) > published}


def _colon(sentence: Sentence, domain: Domain) -> int:
    return next((i for i in range(domain.triggers[0].start, domain.high) if sentence.units[i].word == ":"), -1)


def asides(sentence: Sentence, triggers: list[Trigger]) -> set[int]:
    """Units of subordinate clauses without a trigger: "after a Spirit aircraft was shot at", "where fires have burned since July"."""
    out: set[int] = set()
    units = sentence.units
    for hit in sentence.of("roles", "aside"):
        end = next((i for i in range(hit.end, len(units)) if units[i].word in ",;:–—()"), len(units))
        if not any(hit.start <= t.start < end for t in triggers):
            out.update(range(hit.start, end))
    return out


def _telling(sentence: Sentence, i: int, domain: Domain) -> bool:
    """Whether a date tells when something was said: it stands next to a verb of saying and further from the trigger."""
    when = sentence.units[i].when
    if when is None or when.role != "on":
        return False
    trigger = min(abs(i - t.start) if i < t.start else abs(i - t.end + 1) for t in domain.triggers)
    for hit in sentence.of("roles", "says"):
        gap = i - hit.end if hit.end <= i else hit.start - i - 1
        low, high = (hit.end, i) if hit.end <= i else (i + 1, hit.start)
        if gap <= 3 and gap < trigger and not any(u.word in ",;:" for u in sentence.units[low:high]):
            return True
    return False
