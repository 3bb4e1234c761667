"""What a sentence says, decided: the lexicon's rules propose, the learned model weighs.

``judge`` is the one place that decides meaning: a sentence in, triggers out. A rule's trigger that the model finds unlikely is
dropped, or read as what the model is sure of; what the model is sure of and no rule has found becomes a trigger on the word that says it
most.
"""

from pipelines.event import KINDS
from pipelines.extract.learned import model
from pipelines.extract.learned.model import Verdict
from pipelines.extract.sentence import STOPPERS, Sentence
from pipelines.extract.triggers import ASSERTED, DENIED, LEARNED, POSSIBLE, Trigger, triggers

UNLIKELY = 0.1
"""Where any event at all is less probable, a rule's trigger is not believed."""
HARDLY = 0.15
"""What is less probable than this gives way to what is probable."""
SURE = 0.5
"""From this probability of any event the likeliest kind counts, whether a rule has found it or not."""
PLAIN = 0.25
"""What that kind must reach itself."""
BESIDE = 0.65
"""From it a kind counts beside another that the same sentence states."""
AGAINST_GUARDS = 0.9
"""From it a kind counts though a guard denies it or calls it possible."""


def judge(sentence: Sentence) -> tuple[list[Trigger], Verdict]:
    """Triggers of a sentence in order, those that are denied, merely possible or say that all is normal included."""
    said = model.load().verdict(sentence)
    likely = said.probability
    out = []
    likeliest = max(KINDS, key=lambda k: likely[k])
    for trigger in triggers(sentence):
        past = likely["past"] >= (SURE if not trigger.past else HARDLY)
        trigger = trigger._replace(past=past)
        if trigger.stance == ASSERTED and likely[trigger.kind] < HARDLY and likely[likeliest] >= BESIDE:
            trigger = trigger._replace(kind=likeliest, rule=LEARNED)
        if trigger.stance == ASSERTED and likely["any"] < UNLIKELY:
            trigger = trigger._replace(
                stance=DENIED if likely["denied"] > likely["possible"] else POSSIBLE, guards=(*trigger.guards, LEARNED)
            )
        elif trigger.stance in (DENIED, POSSIBLE) and likely[trigger.kind] >= AGAINST_GUARDS:
            trigger = trigger._replace(stance=ASSERTED)
        out.append(trigger)
    found = {t.kind for t in out if t.stance == ASSERTED}
    for kind in sorted(KINDS, key=lambda k: -likely[k]):
        counts = likely[kind] >= BESIDE if found else likely["any"] >= SURE and likely[kind] >= PLAIN
        if counts and kind not in found and likely[kind] > max(likely["denied"], likely["possible"]):
            found.add(kind)
            at = _said_at(sentence, said, kind)
            out = [t for t in out if t.stance == ASSERTED or not t.start <= at < t.end]
            out.append(Trigger(kind, LEARNED, at, at + 1, at, at + 1, ASSERTED, (), likely["past"] >= SURE))
    return sorted(out, key=lambda t: t.start), said


def _said_at(sentence: Sentence, said: Verdict, kind: str) -> int:
    """The unit whose letters speak most for a kind: a word, where there is one."""
    n = model.load().heads.index(kind)
    words = [i for i, u in enumerate(sentence.units) if not u.mention and u.flight is None and u.word not in STOPPERS]
    return max(words or range(len(sentence.units)), key=lambda i: said.words[i][n])
