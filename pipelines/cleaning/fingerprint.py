"""The hash that tells one version of a notice from the next: equal where a reader would see no change."""

import hashlib
import json
import re
from typing import Any

MONTHS = (
    "jan feb mar apr may mai maj mei jun jul aug sep oct okt nov dec dez ene abr ago dic out set fev fév mär maa mrt avr juin juil aoû déc"
    " gen mag giu lug ott oca şub nis haz tem ağu eyl eki kas ara янв фев мар апр мая май июн июл авг сен окт ноя дек"
    " stycz lut kwie czerw lip sierp wrze paź listop grud"
)
"""How the names of months begin, in the ten languages."""

UPDATED = (
    "updated", "last update", "обновлено", "обновлен", "обновлена", "bijgewerkt", "laatste update", "actualizado", "actualizada",
    "última actualización", "atualizado", "atualizada", "última atualização", "aktualisiert", "letzte aktualisierung", "stand:",
    "mis à jour", "mise à jour", "aggiornato", "aggiornata", "ultimo aggiornamento", "güncellendi", "güncelleme", "son güncelleme",
    "zaktualizowano", "ostatnia aktualizacja", "aktualizacja",
)  # fmt: skip
AS_OF = ("as of", "по состоянию на", "a fecha de", "stand", "stan na godz")
AGO = (
    r"\b(?:\d+|an?|one)\s+(?:seconds?|minutes?|mins?|hours?)\s+ago\b", r"\b\d+\s+(?:секунд\w*|минут\w*|час\w*)\s+назад\b",
    r"\bhace\s+\d+\s+(?:minutos?|horas?)\b", r"\bhá\s+\d+\s+(?:minutos?|horas?)\b", r"\bvor\s+\d+\s+(?:minuten?|stunden?)\b",
    r"\b\d+\s+(?:minuten|uur)\s+geleden\b", r"\bil y a\s+\d+\s+(?:minutes?|heures?)\b", r"\b\d+\s+(?:minuti|ore)\s+fa\b",
    r"\b\d+\s+(?:dakika|saat)\s+önce\b", r"\b\d+\s+(?:sekund\w*|minut\w*|godzin\w*)\s+temu\b",
)  # fmt: skip
COUNTERS = (
    "views просмотров просмотры просмотра comments комментариев комментарии weergaven aufrufe vues visualizzazioni görüntülenme"
    " wyświetleń komentarzy"
)


def _any(words: str | tuple[str, ...]) -> str:
    listed = words.split() if isinstance(words, str) else words
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))


_BLANK = r"[^\S\n]"
_GAP = rf"(?:{_BLANK}|[,:;|()–—-]|\b(?:on|at|um|am|om|op|el|a|las?|il|alle|ore|à|le|às|em|в|от|saat|dnia|o)\b|\bgodz\.)*"
_MONTH = rf"(?:{_any(MONTHS)})[^\W\d_]*\.?"
_YEAR = rf"(?:,?{_BLANK}+(?:del?{_BLANK}+)?\d{{4}}(?:{_BLANK}*(?:г\.?|года|r\.|roku))?)?"
_DAY = (
    rf"(?:(?:[^\W\d_]+,\s*)?\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?{_BLANK}+(?:de{_BLANK}+)?{_MONTH}{_YEAR}"
    rf"|{_MONTH}{_BLANK}+\d{{1,2}}(?:st|nd|rd|th)?{_YEAR}"
    r"|\d{1,4}[./-]\d{1,2}(?:[./-]\d{2,4})?t?)"
)
_CLOCK = (
    rf"\d{{1,2}}[:h]\d\d(?::\d\d(?:\.\d+)?)?"
    rf"(?:{_BLANK}*(?:[ap]\.?m\b\.?|utc|gmt|msk|мск|cest|cet|est|edt|bst|trt|uhr|uur|h\b|z\b|[+-]\d\d:?\d\d))?"
)
_MOMENT = rf"(?:{_DAY}(?:{_GAP}{_CLOCK})?|{_CLOCK}(?:{_GAP}{_DAY})?)"
_VOLATILE = (
    # "Last updated: 30 November 2025, 10:45 UTC": the words stay; a day, a clock time, or one of each goes.
    (UPDATED, re.compile(rf"(?<!\w)({_any(UPDATED)})(?!\w)(?:{_GAP}{_MOMENT}|{_GAP}\n{_MOMENT}{_BLANK}*(?=\n|$))"), r"\1 "),
    # "As of 10:45 UTC": the clock alone; a day after these words may be the day from which something holds.
    (AS_OF, re.compile(rf"\b({_any(AS_OF)})\s+\d{{1,2}}[:.h]\d\d(?::\d\d)?(?:\s*(?:utc|gmt|msk|мск|uhr|uur|h)\b)?"), r"\1 "),
    # "5 minutes ago", "2 часа назад": seen from the moment of the request.
    (("ago", "назад", "hace", "há", "vor", "geleden", "il y a", "fa", "önce", "temu"), re.compile("|".join(AGO)), " "),
    # "Views: 1,234", "Просмотров: 12".
    (tuple(COUNTERS.split()), re.compile(rf"\b({_any(COUNTERS)})\b\s*:?\s*\d[\d.,\s]*[km]?\b"), r"\1 "),
)
"""What may change without the notice changing: words that must occur, what is looked for then, what stays of it."""

_TOKEN = re.compile(r"[a-z0-9_]{20,}={0,2}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOT_WORDS = re.compile(r"[\s\"'«»„“”‘’`´…–—|•·*-]+")


def content_hash(title: str, text: str, fields: dict[str, Any] | None = None) -> str:
    """32 hexadecimal digits over title, text and the record's own fields.

    Folded before hashing: case, blanks and line ends, quotation marks, dashes and bullets; a day and a clock time right after a word of
    ``UPDATED``; a clock time after one of ``AS_OF``; "5 minutes ago"; the number after a word of ``COUNTERS``; tokens (20 or more letters
    and digits in one word, both kinds; UUIDs). Not folded: every other number, date and word, "until 5 May" as well as "10:45".
    """
    folded = f"{title}\n{text}".lower()
    for hints, pattern, kept in _VOLATILE:
        if any(hint in folded for hint in hints):
            folded = pattern.sub(kept, folded)
    data = _NOT_WORDS.sub(" ", _TOKEN.sub(_without_token, folded)).strip()
    if fields:
        data += json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:32]


def _without_token(match: re.Match[str]) -> str:
    word = match.group()
    return word if word.isdigit() or word.isalpha() else " "
