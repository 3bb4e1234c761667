"""A notice read through: segments, mentions, triggers, roles and drafts, of which ``extract`` returns only the events."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipelines import gazetteer
from pipelines.event import Event
from pipelines.extract import dates, discourse, mentions
from pipelines.extract.judge import WORTH_A_LOOK, judge
from pipelines.extract.language import detect, foreign
from pipelines.extract.learned import model as learned
from pipelines.extract.lexicon import Lexicon, languages, load
from pipelines.extract.merge import merged
from pipelines.extract.reading import Reading
from pipelines.extract.reading import read as understood
from pipelines.extract.segments import LIMIT, Segment, segments
from pipelines.extract.sentence import Sentence, read
from pipelines.extract.tokens import tokenise, words
from pipelines.extract.triggers import ASSERTED
from pipelines.extract.unlisted import unlisted
from pipelines.gazetteer import Name

SHORT = 3
"""Sentences of a notice so short that it is read at once."""
FOREIGN = 60
"""Characters from which a sentence is worth asking whether it is in another language."""
Spanned = TypeVar("Spanned", Name, dates.When)


@dataclass(frozen=True)
class Analysis:
    lang: str
    text: str
    """Title, a line break and text, as offsets count; only the first 40,000 characters are read."""
    readings: tuple[Reading, ...]
    events: tuple[Event, ...]


def analyse(title: str, text: str, published: date | None, lang: str | None = None) -> Analysis:
    """Everything understood of a notice."""
    whole = f"{title}\n{text}" if title else text
    seen = whole[:LIMIT]
    known = lang if lang in languages() else detect(seen)
    lexicon = load(known)
    parts = segments(seen, len(title))
    told = [seen[s.start : s.end] for s in parts]
    folded = [words(sentence) for sentence in told]
    tongues = [_lexicon_for(sentence, said, lexicon) for sentence, said in zip(told, folded, strict=True)]
    each = {sentence: n for n, sentence in enumerate(told)}.values()  # what is said twice is looked at once
    maybe = (n for n in each if _may_state(folded[n], tongues[n]))
    if len(parts) > SHORT:  # finding names and dates costs most: in one sentence first
        maybe = (n for n in maybe if _states(told[n], tongues[n], published))
    if next(maybe, None) is None:
        return Analysis(known, whole, (), ())
    names: list[Name] = []
    whens: list[dates.When] = []
    for spoken in dict.fromkeys(t.lang for t in tongues):
        spans = [(s.start, s.end) for s, t in zip(parts, tongues, strict=True) if t.lang == spoken]
        listed = gazetteer.find(seen, spoken)
        listed += unlisted(seen, listed, load(spoken))
        names += _inside(mentions.choose(seen, listed, load(spoken)), spans)
        whens += _inside(dates.find(seen, spoken, published), spans)
    names.sort(key=lambda n: n.start)
    whens.sort(key=lambda w: w.start)
    readings = []
    for segment, tongue in zip(parts, tongues, strict=True):
        own = [(segment.start, segment.end)]
        tokens = tokenise(seen, segment.start, segment.end)
        readings.append(understood(read(seen, segment, tongue, _inside(names, own), _inside(whens, own), tokens)))
    return Analysis(known, whole, tuple(readings), merged(discourse.drafts(readings, published), whole))


def sentence_of(text: str, lang: str, published: date | None) -> Sentence:
    """One sentence by itself, its names and dates found: what the learned model is trained on."""
    lexicon = load(lang)
    listed = gazetteer.find(text, lang)
    names = mentions.choose(text, listed + unlisted(text, listed, lexicon), lexicon)
    whens = dates.find(text, lang, published)
    whole = Segment(0, len(text), "sentence")
    in_order = sorted(names, key=lambda n: n.start), sorted(whens, key=lambda w: w.start)
    return read(text, whole, lexicon, *in_order, tokenise(text, 0, len(text)))


def _may_state(said: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether the words of a sentence, with whatever names and dates among them, may state any kind of event: by the lexicon's rules, or
    at a glance of the model."""
    return lexicon.patterns.possible(said) or learned.load().glance(said) >= WORTH_A_LOOK


def _states(sentence: str, lexicon: Lexicon, published: date | None) -> bool:
    """Whether a sentence, looked at alone, states any kind of event."""
    found, _ = judge(sentence_of(sentence, lexicon.lang, published))
    return any(trigger.stance == ASSERTED for trigger in found)


def _lexicon_for(sentence: str, said: tuple[str, ...], lexicon: Lexicon) -> Lexicon:
    if len(sentence) < FOREIGN:
        return lexicon
    other = foreign(sentence, said, lexicon.lang)
    return lexicon if other == lexicon.lang else load(other)


def _inside(items: Sequence[Spanned], spans: Sequence[tuple[int, int]]) -> list[Spanned]:
    """The items, sorted by start, that lie inside one of the spans, sorted too: one pass, or a cut where there is one span."""
    starts = [i.start for i in items]
    return [i for a, b in spans for i in items[bisect_left(starts, a) : bisect_left(starts, b)] if i.end <= b]
