"""Why: the cause that a sentence or, failing that, the notice gives."""

from collections import Counter
from collections.abc import Sequence

from pipelines.event import REASONS
from pipelines.extract.sentence import Sentence


def told(sentence: Sentence) -> Counter[str]:
    """How often each reason is spoken of in a sentence."""
    return Counter(h.name for h in sentence.hits if h.section == "reasons" and h.name in REASONS)


def overall(sentences: Sequence[Sentence]) -> str | None:
    """The reason spoken of most in the whole notice, the title counting double; the first of equals."""
    total: Counter[str] = Counter()
    for sentence in sentences:
        for reason, count in told(sentence).items():
            total[reason] += count * (2 if sentence.segment.form == "title" else 1)
    return max(total, key=lambda r: total[r]) if total else None


def of(sentence: Sentence, fallback: str | None) -> str | None:
    """A sentence's own reason, where it gives just one or one of its reasons is the notice's; else the notice's."""
    own = told(sentence)
    if not own or fallback in own:
        return fallback
    return max(own, key=lambda r: own[r])
