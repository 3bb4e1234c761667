"""What a sentence says, decided: the lexicon's rules propose, the learned model weighs.

``judge`` is the one place that decides meaning: a sentence in, triggers out. A rule's trigger that the model finds unlikely is
dropped, or read as what the model is sure of; what the model is sure of and no rule has found becomes a trigger on the word that says it
most.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from pipelines.event import KINDS
from pipelines.extract.learned import model
from pipelines.extract.learned.model import Verdict
from pipelines.extract.sentence import STOPPERS, Sentence
from pipelines.extract.triggers import ASSERTED, DENIED, LEARNED, POSSIBLE, Trigger, triggers

WORTH_A_LOOK = 0.2
"""Below this probability by its letters alone, a sentence in which no rule has found anything says nothing."""
UNLIKELY = 0.1
"""Where any event at all is less probable, a rule's trigger is not believed."""
HARDLY = 0.15
"""What is less probable than this gives way to what is probable."""
SURE = 0.7
"""From this probability of any event the likeliest kind counts, whether a rule has found it or not."""
PLAIN = 0.5
"""What that kind must reach itself."""
BESIDE = 0.9
"""From it a kind counts beside another that the same sentence states."""
ALONE = 0.9
"""From it the model is believed in a sentence that is the only one of its notice to state anything."""
SHORT = 3
"""Sentences of a notice too short to tell its matter twice."""
NEGATION = "negation"
"""The guard that the model never overrules: a "not" is not a matter of likelihood."""
ALL_IS_WELL = ("normal", "offer", "denial", "question")
"""Guards beside which the model alone must be as sure as against a guard."""
AGAINST_GUARDS = 0.8
"""From it a kind counts though a guard denies it or calls it possible."""


def judge(sentence: Sentence) -> tuple[list[Trigger], Verdict]:
    """Triggers of a sentence in order, those that are denied, merely possible or say that all is normal included."""
    found, learned = triggers(sentence), model.load()
    if not found and learned.glance(sentence.words) < WORTH_A_LOOK:
        return [], learned.nothing
    said = learned.verdict(sentence)
    seen = {hit.section for hit in sentence.hits}
    if sentence.segment.form == "heading":  # two words that say what the lines under them are about
        return found, said
    proposed = [_weighed(trigger, said.probability, seen) for trigger in found]
    added = [_added(sentence, said, kind) for kind in _likely(sentence, said.probability, proposed)]
    kept = [t for t in proposed if t.stance == ASSERTED or not any(t.start <= a.start < t.end for a in added)]
    return sorted([*kept, *added], key=lambda t: t.start), said


def lonely(readings: Sequence[tuple[Sequence[Trigger], Verdict]]) -> int | None:
    """The one sentence of a longer notice that states anything, where the model alone says so and is not quite sure; None where there
    is none. News tell their matter more than once."""
    stating = [n for n, (found, _) in enumerate(readings) if any(t.stance == ASSERTED for t in found)]
    if len(stating) != 1 or len(readings) <= SHORT:
        return None
    found, said = readings[stating[0]]
    learned = all(t.rule == LEARNED for t in found if t.stance == ASSERTED)
    return stating[0] if learned and max(said.probability[t.kind] for t in found if t.stance == ASSERTED) < ALONE else None


def _weighed(trigger: Trigger, likely: Mapping[str, float], seen: Set[str]) -> Trigger:
    """A rule's trigger as the model sees it; ``seen`` are the kinds that rules have looked at, which they know better."""
    trigger = trigger._replace(past=likely["past"] >= (HARDLY if trigger.past else SURE))
    if trigger.stance == ASSERTED:
        if likely["any"] < UNLIKELY:
            stance = DENIED if likely["denied"] > likely["possible"] else POSSIBLE
            return trigger._replace(stance=stance, guards=(*trigger.guards, LEARNED))
        likeliest = max(KINDS, key=lambda kind: likely[kind])
        if likely[trigger.kind] < HARDLY and likely[likeliest] >= BESIDE and likeliest not in seen:
            return trigger._replace(kind=likeliest, rule=LEARNED)
    elif trigger.stance in (DENIED, POSSIBLE) and NEGATION not in trigger.guards and likely[trigger.kind] >= AGAINST_GUARDS:
        return trigger._replace(stance=ASSERTED)
    return trigger


def _likely(sentence: Sentence, likely: Mapping[str, float], proposed: Sequence[Trigger]) -> Iterator[str]:
    """The kinds that the model is sure of and no rule states; a kind that a rule saw and let go is not taken up again."""
    stated = {t.kind for t in proposed if t.stance == ASSERTED}
    guarded = any(t.stance != ASSERTED for t in proposed) or any(h.name in ALL_IS_WELL for h in sentence.of("guards"))
    let_go = {h.section for h in sentence.hits} - stated if stated else {t.kind for t in proposed if NEGATION in t.guards}
    for kind in sorted(KINDS, key=lambda kind: -likely[kind]):
        enough = likely[kind] >= BESIDE if stated else likely["any"] >= SURE and likely[kind] >= PLAIN
        if guarded:
            enough = likely[kind] >= AGAINST_GUARDS
        if enough and kind not in stated and kind not in let_go and likely[kind] > max(likely["denied"], likely["possible"]):
            stated.add(kind)
            yield kind


def _added(sentence: Sentence, said: Verdict, kind: str) -> Trigger:
    at = _said_at(sentence, said, kind)
    return Trigger(kind, LEARNED, at, at + 1, at, at + 1, ASSERTED, (), said.probability["past"] >= SURE)


def _said_at(sentence: Sentence, said: Verdict, kind: str) -> int:
    """The unit whose letters speak most for a kind: a word, where there is one."""
    words = [i for i, u in enumerate(sentence.units) if not u.mention and u.flight is None and u.word not in STOPPERS]
    return max(words or range(len(sentence.units)), key=lambda i: model.load().said(said, i, kind))
