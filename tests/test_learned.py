"""The learned model: its sentences, its weights, and what it does to the rules' proposals."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.event import KINDS
from pipelines.extract import extract
from pipelines.extract.analysis import analyse, sentence_of
from pipelines.extract.judge import judge
from pipelines.extract.learned import model
from pipelines.extract.learned.features import grouped, letters, masked, pairs
from pipelines.extract.learned.sentences import HEADS, LabelError, digest, heads, read
from pipelines.extract.lexicon import languages
from pipelines.extract.triggers import ASSERTED, LEARNED, triggers

PUBLISHED = date(2025, 11, 30)
SENTENCES = [s for s in read(model.FOLDER / "sentences") if s.lang in languages()]


def test_weights_and_sentences_are_in_step() -> None:
    """Fails when a sentence was added or changed and ``make judge`` was not run since."""
    told = json.loads((model.FOLDER / "model.json").read_text("utf-8"))
    assert told["sentences"] == len(SENTENCES)
    assert told["trained_on"] == digest(SENTENCES)


def test_there_are_thousands_of_sentences_in_every_language() -> None:
    for lang in languages():
        known = [s for s in SENTENCES if s.lang == lang]
        assert len(known) >= (500 if lang == "pl" else 2000), lang
        for head in HEADS:
            assert sum(head in s.heads for s in known) >= 10, (lang, head)


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("none", set()),
        ("suspension", {"suspension", "any"}),
        ("closure:past", {"closure", "any", "past"}),
        ("suspension:possible", {"possible"}),
        ("suspension,resumption:denied", {"suspension", "any", "denied"}),
        ("continues", {"continues"}),
    ],
)
def test_a_label_says_which_heads_are_true(label: str, found: set[str]) -> None:
    assert heads(label) == found


@pytest.mark.parametrize("line", ["suspension no tab", "suspend\tTAP stops", "suspension:perhaps\tTAP stops", "suspension\t", "a\tb\tc"])
def test_a_line_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "en.tsv").write_text(f"none\tGood morning\n\n{line}\n", "utf-8")
    with pytest.raises(LabelError, match=r"en\.tsv, line 3"):
        read(tmp_path)


def test_weights_of_another_size_are_refused() -> None:
    told = json.loads((model.FOLDER / "model.json").read_text("utf-8"))
    with pytest.raises(ValueError, match="make judge"):
        model.Model(told, b"too few")


def test_names_are_no_features() -> None:
    first, second = (
        sentence_of(f"{airline} stops its flights to {place} until {day}.", "en", PUBLISHED)
        for airline, place, day in (("KLM", "Caracas", "5 May"), ("Lufthansa", "Erbil", "31 March"))
    )
    assert grouped(first) == grouped(second)
    assert masked(first)[0] == "@carrier" and "@until" in masked(first), masked(first)


def test_the_pieces_of_a_word_hold_its_ends() -> None:
    assert letters("fly") == ["<fly>", "<fl", "fly", "ly>", "<fly", "fly>", "<fly>"]
    assert letters("@place") == ["@place"]
    assert "not~cance" in pairs(["not", "cancelled"])


def test_a_probability_is_the_sum_of_its_parts() -> None:
    """The lanes of the packed weights, added and unpacked, against the weights themselves."""
    learned, sentence = model.load(), sentence_of("Nobody lands on the island before Easter.", "en", PUBLISHED)
    told = json.loads((model.FOLDER / "model.json").read_text("utf-8"))
    weights = (model.FOLDER / "weights.bin").read_bytes()
    from zlib import crc32

    for n, head in enumerate(learned.heads):
        margin = 0.0
        for group, names in enumerate(grouped(sentence)):
            found = [weights[crc32(name.encode(), group) % told["buckets"] * len(learned.heads) + n] for name in names]
            signed = [w - 256 if w > 127 else w for w in found]
            margin += told["shares"][group] * sum(signed) / max(1, len(names)) ** 0.5
        slope, shift = told["curves"][n]
        expected = 1 / (1 + 2.718281828459045 ** -(slope * (told["biases"][n] + told["scales"][n] * margin) + shift))
        assert learned.verdict(sentence).probability[head] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("lang", "text", "operator", "place"),
    [
        ("ru", "«Аэрофлот» вычеркнул Каракас из расписания до мая.", "SU", "CCS"),
        ("de", "Lufthansa nimmt Beirut bis Mai vom Tableau.", "LH", "BEY"),
        ("en", "Condor parks its Tobago jets until the end of March.", "DE", "TAB"),
        ("fr", "Air France raye Beyrouth de la carte jusqu'au 5 mai.", "AF", "BEY"),
    ],
)
def test_what_no_rule_has_is_found_and_says_so(lang: str, text: str, operator: str, place: str) -> None:
    sentence = sentence_of(text, lang, PUBLISHED)
    assert not triggers(sentence)
    found, _ = judge(sentence)
    assert [(t.kind, t.rule, t.stance) for t in found] == [("suspension", LEARNED, ASSERTED)]
    (event,) = extract("", text, PUBLISHED, lang).events
    assert (event.operator, event.destinations, event.rule) == (operator, (place,), f"{lang}.suspension.learned")


@given(st.text(max_size=400), st.sampled_from(languages()))
@settings(max_examples=150, deadline=None)
def test_every_text_has_a_verdict_between_nought_and_one(text: str, lang: str) -> None:
    said = model.load().verdict(sentence_of(text, lang, PUBLISHED))
    assert set(said.probability) == set(HEADS)
    assert all(0 <= p <= 1 for p in said.probability.values())


def test_a_reading_is_the_same_whatever_was_read_before() -> None:
    text = "KLM schrapt alle vluchten naar Beiroet tot en met 5 mei. Daarna wordt de situatie opnieuw bekeken."
    first = analyse("", text, PUBLISHED, "nl")
    for s in SENTENCES[:200]:
        analyse("", s.text, PUBLISHED, s.lang)
    again = analyse("", text, PUBLISHED, "nl")
    assert [r.said.probability for r in first.readings] == [r.said.probability for r in again.readings]
    assert first.events == again.events and {e.kind for e in first.events} <= set(KINDS)
