"""What the lexicon's rules find in a sentence: triggers, each with a kind, a rule and a stance."""

from typing import NamedTuple

from pipelines.event import KINDS
from pipelines.extract.patterns import Hit
from pipelines.extract.sentence import AIRLINES, Sentence

ASSERTED, DENIED, POSSIBLE, NORMAL = "asserted", "denied", "possible", "normal"

LEARNED = "learned"
"""The rule of a trigger that no rule of the lexicon has found, but the model."""

NEGATED_KIND = {"resumption": ("suspension", "unresumed"), "reopening": ("closure", "unopened")}
"""What a negated restart means: "flights will not resume" is a stop."""

ORDER = ("repatriation", "diversion", "reroute", "advisory", "reopening", "resumption", "closure", "reduction", "suspension")
"""Which kind wins where two rules claim the very same words."""

NOT_BEFORE, NOT_AFTER = 3, 2
"""How far a bare negation reaches to a trigger, in units before and after it."""


class Trigger(NamedTuple):
    kind: str
    rule: str
    start: int
    end: int
    """Units of its main words, end exclusive."""
    low: int
    high: int
    """Units of all its words."""
    stance: str
    guards: tuple[str, ...]
    past: bool


def triggers(sentence: Sentence) -> list[Trigger]:
    """Triggers of a sentence in order, those that are denied, merely possible or say that all is normal included."""
    found = _longest([h for h in sentence.hits if h.section in KINDS])
    out = [_trigger(sentence, hit) for hit in found]
    out += [
        Trigger("normal", h.name, h.start, h.end, h.low, h.high, NORMAL, (), False)
        for h in sentence.of("guards", "normal")
        if not any(t.start < h.end and h.start < t.end for t in out)
    ]
    return _without_contents(sentence, sorted(out, key=lambda t: t.start))


def _without_contents(sentence: Sentence, triggers: list[Trigger]) -> list[Trigger]:
    """Drops what an advice or a ban only asks for: "recommends not to operate flights" stops nothing."""
    out: list[Trigger] = []
    for t in triggers:
        if t.stance == DENIED and any(
            o.rule in NEGATIVE_RULES and o.kind == t.kind and o.stance == ASSERTED and 0 <= t.start - o.end <= NOT_BEFORE for o in triggers
        ):
            continue  # "no plane will leave Brussels": one negation, not two
        asked = any((o.kind == "advisory" or o.rule == "ban") and o.start < t.start for o in out)
        acting = any(u.operator is not None and u.operator.kind in AIRLINES for u in sentence.units[: t.start])
        if asked and not acting and t.kind in ("suspension", "reroute", "resumption"):
            continue
        if t.kind == "suspension" and any(o.kind == "reduction" and o.low <= t.start < o.high for o in triggers):
            continue  # "two of the four flights are cancelled"
        if (
            t.kind in ("closure", "advisory")
            and _as_cause(sentence, t)
            and any(o.kind != t.kind and o.stance == ASSERTED for o in triggers)
        ):
            continue
        out.append(t)
    return out


def _longest(hits: list[Hit]) -> list[Hit]:
    """Hits without those whose words lie inside another's of another kind: "lift the suspension" is no suspension."""
    ranked = sorted(hits, key=lambda h: (-(h.end - h.start), ORDER.index(h.section), h.high - h.low))
    kept: list[Hit] = []
    for hit in ranked:
        if not any(hit.start < k.end and k.start < hit.end for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def _as_cause(sentence: Sentence, t: Trigger) -> bool:
    """Whether a trigger only gives the reason for another: "because the airspace is closed"."""
    return any(
        0 <= t.start - h.end <= 3 or (h.name == "because_after" and 0 <= h.start - t.end <= 2)
        for name in ("because", "because_after")
        for h in sentence.of("roles", name)
        if h.name == name
    )


def _trigger(sentence: Sentence, hit: Hit) -> Trigger:
    guards = []
    kind, rule = hit.section, hit.name
    stance = ASSERTED
    if rule not in NEGATIVE_RULES and _negated(sentence, hit):
        guards.append("negation")
        if kind in NEGATED_KIND:
            kind, rule = NEGATED_KIND[kind]
        else:
            stance = DENIED
    for guard, verdict, reach in GUARDS:
        for g in sentence.of("guards", guard):
            if _reaches(sentence, hit, g, reach):
                guards.append(guard)
                stance = verdict
                break
    past = any(_reaches(sentence, hit, g, "clause") for g in sentence.of("guards", "past"))
    return Trigger(kind, rule, hit.start, hit.end, hit.low, hit.high, stance, tuple(guards), past)


NEGATIVE_RULES = frozenset({"absent", "nothing"})
"""Rules whose own words hold the negation."""

GUARDS = (
    ("possible", POSSIBLE, "near"),
    ("condition", POSSIBLE, "clause"),
    ("denial", DENIED, "sentence"),
    ("question", POSSIBLE, "sentence"),
    ("offer", DENIED, "sentence"),
    ("other", DENIED, "near"),
)
"""Guard, what it makes of a trigger, and how far it reaches."""
WINDOW = 6


def _reaches(sentence: Sentence, hit: Hit, guard: Hit, reach: str) -> bool:
    if reach == "sentence":
        return True
    if sentence.limits[guard.start] != sentence.limits[hit.start]:
        return False
    if reach == "clause":
        return True
    gap = hit.start - guard.end if guard.end <= hit.start else guard.start - hit.end
    if gap > WINDOW:
        return False
    low, high = sorted((guard.end, hit.start)) if guard.end <= hit.start else sorted((hit.end, guard.start))
    return not any(u.word in ",:" for u in sentence.units[low:high])


def _negated(sentence: Sentence, hit: Hit) -> bool:
    for g in sentence.of("guards", "negation"):
        if sentence.limits[g.start] != sentence.limits[hit.start] or hit.start <= g.start < hit.end:
            continue
        before, after = hit.start - g.end, g.start - hit.end
        forward = 0 <= after <= NOT_AFTER and hit.section != "advisory" and hit.name != "ban"  # "advises not to fly" is no denial
        if 0 <= before <= NOT_BEFORE or forward:
            low, high = (g.end, hit.start) if before >= 0 else (hit.end, g.start)
            joining = sentence.lexicon.patterns.members("and")
            if not any(u.word in ",:–—" or not u.atoms.isdisjoint(joining) for u in sentence.units[low:high]):
                return True
    return False
