"""Pages that went wrong: what a fixture becomes by some changes, each at a place and with a number that decide the rest."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from scrapers.fixtures import ZIPPED

Change = tuple[str, float, int]
"""Name of a mutation, where in the page (0 to 1), and a number that it makes its choices from."""

HOSTILE = (
    "\x00", "\x1b[2J\x1b[31m", "\x1b]8;;http://evil.example\x07", "\x9b31m", "\u202e", "\u2066", "\u200f", "\ufeff", "\ud800", "\U000e0041",
    "\r", "\u2028", "\x0b", "\x85", "<script>alert(1)</script>", "<!--", "]]>", "&#0;", "&#x110000;", "&#xD800;", "&amp;amp;", "&bogus;",
    "=cmd|' /C calc'!A0", "@SUM(1+1)", "'; DROP TABLE flags; --", "\" OR 1=1 --", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd",
    "file:///etc/passwd", "http://127.0.0.1:9/", "javascript:alert(1)", "data:text/html,x", "%00", "%n%s%x", "İıſß", "ﷺ" * 40, "ก็็็็็็็็" * 20,
    "a\u0301" * 300, "A" * 70_000, "9" * 30_000, "1" + "0" * 400, "-1", "NaN", "1e999", "0x7f", "٣٤٥", "Ⅷ", "²",
    "31 February 2026", "0000-00-00", "9999-12-31T23:59:60Z", "1 января -5", "KLM " * 3_000, "KLM suspends flights to Caracas until ",
)  # fmt: skip
"""What does harm somewhere."""


def inserted(body: bytes, at: int, chance: random.Random) -> bytes:
    return body[:at] + chance.choice(HOSTILE).encode("utf-8", "surrogatepass") + body[at:]


def noise(body: bytes, at: int, chance: random.Random) -> bytes:
    return body[:at] + chance.randbytes(chance.choice((1, 4, 200))) + body[at + chance.randrange(200) :]


def cut(body: bytes, at: int, chance: random.Random) -> bytes:
    return body[:at]


def without(body: bytes, at: int, chance: random.Random) -> bytes:
    return body[:at] + body[at + chance.randrange(1, 2_000) :]


def again(body: bytes, at: int, chance: random.Random) -> bytes:
    part = body[at : at + chance.randrange(1, 400)]
    return body[:at] + part * chance.choice((2, 50, 500)) + body[at:]


def swapped(body: bytes, at: int, chance: random.Random) -> bytes:
    other = chance.randrange(len(body) + 1)
    low, high = sorted((at, other))
    return body[:low] + body[high:] + body[low:high]


def in_words(body: bytes, at: int, chance: random.Random) -> bytes:
    """Inside the words of an element, or the value of a field."""
    places = [match.end() for match in re.finditer(rb'>(?=[^<\s])|": ?"', body)]
    return inserted(body, min(places, key=lambda place: abs(place - at)), chance) if places else inserted(body, at, chance)


def other_tag(body: bytes, at: int, chance: random.Random) -> bytes:
    names = (b"table", b"svg", b"select", b"textarea", b"plaintext", b"title", b"item", b"br/", b"x" * 5_000)
    return body[:at] + re.sub(
        rb"<(/?)\w+", lambda match: b"<" + match[1] + chance.choice(names), body[at:], count=chance.choice((1, 5, 100))
    )


def nested(body: bytes, at: int, chance: random.Random) -> bytes:
    opening = chance.choice((b"<div>", b"<b>", b"<table><tr><td>", b"[", b'{"a":', b"<![CDATA["))
    return body[:at] + opening * chance.choice((10, 300, 3_000)) + body[at:]


def recoded(body: bytes, at: int, chance: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-32", "cp1251", "utf-7", "cp037", "utf-16-be")), "replace")


def digits(body: bytes, at: int, chance: random.Random) -> bytes:
    """Other numbers in dates, prices, ids."""
    return body[:at] + re.sub(
        rb"\d+", lambda match: str(chance.choice((0, 13, 32, 99, 10**9))).encode(), body[at:], count=chance.choice((1, 6))
    )


def shouted(body: bytes, at: int, chance: random.Random) -> bytes:
    return body[:at] + body[at:].upper()


MUTATIONS: dict[str, Callable[[bytes, int, random.Random], bytes]] = {
    each.__name__: each for each in (inserted, noise, cut, without, again, swapped, in_words, other_tag, nested, recoded, digits, shouted)
}
LARGEST = 1_000_000


def mutated(file: Path, changes: Sequence[Change]) -> bytes:
    """The answer that the fixture holds after the changes; at most a megabyte, beyond which size alone is tried elsewhere."""
    body = file.read_bytes()
    for name, where, number in changes:
        body = MUTATIONS[name](body, int(where * len(body)), random.Random(number))[:LARGEST]
    if file.suffix not in ZIPPED:
        return body
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file.name, body)
    return packed.getvalue()
