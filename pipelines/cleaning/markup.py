"""Visible text out of markup: what a person reads, a line for each block, list item and table row."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import etree

KEPT = 200_000
"""Characters of text kept of one notice."""

_UNREAD = "head script style template noscript svg canvas audio video object iframe select datalist textarea del s strike math"
UNREAD = frozenset(_UNREAD.split())
"""Elements whose content nobody reads on the page; struck-out words are no longer said."""

_BLOCKS = (
    "address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr html legend li main nav ol option p pre section summary table tbody tfoot thead title tr ul"
)
BLOCKS = frozenset(_BLOCKS.split())
CELLS = frozenset(("td", "th"))
BREAK, CELL = "\n", "\x1f"

_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_ESCAPED_TAG = re.compile(r"&lt;/?[a-z][a-z0-9]*(?:\s[^&<>]*)?/?&gt;", re.I)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters, soft hyphen, zero-width and bidirectional marks, interlinear marks, the BOM, and lone surrogates, which no
# database stores.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BLANK = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")


def visible_text(markup: str) -> str:
    """The text that a browser shows for ``markup`` (a page or a fragment), folded as by ``plain``.

    Block elements, ``<br>``, list items and table rows are lines of their own; the cells of a data row are joined by " | ".
    Markup that was escaped once too often (feeds do) is unescaped first.
    """
    if "<" not in markup and _ESCAPED_TAG.search(markup):
        markup = html.unescape(markup)
    if "<" not in markup:
        return plain(markup)
    # Through bytes: lxml refuses a str that carries an XML declaration. Surrogates and NUL have no place in either.
    data = _INVISIBLE.sub("", markup).encode("utf-8")
    # A parser of its own: one that has failed on a page keeps its error log.
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.HTML(data, parser)
    fatal = parser.error_log.last_error
    if root is None or (fatal is not None and "depth" in fatal.message):
        # libxml2 gives up where a page nests two thousand levels: better all its words than their beginning.
        return plain(_TAG.sub(" ", markup))
    lines = "".join(_pieces(root)).split(BREAK)
    return plain("\n".join(" | ".join(filter(None, map(str.strip, line.split(CELL)))) if CELL in line else line for line in lines))


def plain(text: str) -> str:
    """``text`` in NFC without invisible characters, entities resolved, blanks folded to one and blank lines dropped."""
    if "&" in text:
        text = _unescaped(text)
    if not text.isascii():
        text = _LINE_ENDS.sub("\n", text)
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    else:
        text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_LINES.sub("\n", _BLANK.sub(" ", text)).strip()


def one_line(title: str) -> str:
    """A title: tags stripped, escaped ones too, everything else as ``plain``, on one line."""
    if "&" in title:
        title = _unescaped(title)
    return plain(_TAG.sub(" ", title) if "<" in title else title).replace("\n", " ")


def _unescaped(text: str) -> str:
    """Entities resolved, at most three layers of them: "&amp;amp;nbsp;" is a blank."""
    for _ in range(3):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def _pieces(root: Any) -> Iterator[str]:
    """Text and separators in reading order. A stack instead of recursion: pages nest deeper than Python does."""
    stack: list[Any] = [(root, _FLOW)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        element, mode = item
        if element.tail and element is not root:
            stack.append(_worded(element.tail, mode))
        tag = element.tag
        if not isinstance(tag, str) or tag in UNREAD or _hidden(element):
            continue
        edge, inside = "", mode
        if tag in CELLS:
            edge = CELL if mode == _ROW else BREAK
        elif tag in BLOCKS:
            edge = " " if mode == _ROW else BREAK
            if tag == "tr" and _is_data(element):
                inside = _ROW
            elif tag == "pre" and mode == _FLOW:
                inside = _PRE
        if edge:
            yield edge
            stack.append(edge)
        stack.extend((child, inside) for child in reversed(element))
        if element.text:
            stack.append(_worded(element.text, inside))


_FLOW, _ROW, _PRE = "flow", "row", "pre"
"""Where text stands: in ordinary flow, in a row of data (one line whatever its cells hold), or preformatted."""


def _worded(text: str, mode: str) -> str:
    """Line ends in the source of a page are blanks to its reader, except where it is preformatted."""
    return text if mode == _PRE else text.replace("\n", " ").replace("\r", " ")


def _is_data(row: Any) -> bool:
    """Whether a table row holds data; one whose cell holds a table, a heading or several paragraphs lays out a page."""
    return not any(len(cell.findall(".//p")) > 1 or any(True for _ in cell.iter("table", "h1", "h2", "h3", "ul", "ol")) for cell in row)


def _hidden(element: Any) -> bool:
    attributes = element.attrib
    return bool(attributes) and ("hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", ""))))
