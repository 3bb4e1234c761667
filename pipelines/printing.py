"""Rows and words for a terminal, a pipe or a program. What sites wrote is never printed as it came: it may hold escape sequences."""

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""What JSON need not escape and a terminal may obey, or cannot print."""


def printable(value: Any) -> str:
    """A cell's text on one line, without control characters."""
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if c.isspace() else c for c in text if unicodedata.category(c)[0] != "C" or c.isspace())


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON in letters; control characters as escapes, so that nothing is lost and nothing is obeyed."""
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], json.dumps(value, ensure_ascii=False, indent=indent))


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], width: int | None = None) -> str:
    """``columns`` maps keys to headings; ``width`` in terminal cells, by default that of the terminal.

    Of too wide a table the last column stands below each row, where it is the widest; else texts are broken into lines, names last.
    In a pipe, which has no width, nothing is broken.
    """
    width = width or terminal_width()
    cells = [list(columns.values()), *([printable(row.get(key)) for key in columns] for row in rows)]
    widths = [max(_cells(line[i]) for line in cells) for i in range(len(columns))]
    below = [""] * len(cells)
    if width and sum(widths) + 2 * (len(widths) - 1) > width:
        if len(widths) > 2 and widths[-1] == max(widths):
            below = [line.pop() for line in cells]
            widths.pop()
        words = [max(max(map(_cells, line[i].split()), default=0) for line in cells) for i in range(len(widths))]
        _narrow(widths, max(width - 2 * (len(widths) - 1), 3 * len(widths)), words)
    heading, *table = [[*_lines(line, widths), *_below(text, width)] for line, text in zip(cells, below, strict=True)]
    return "\n".join((*heading, "  ".join("-" * w for w in widths), *(line for row in table for line in row)))


def terminal_width() -> int | None:
    """None where the output is no terminal."""
    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else None


def wrapped(text: str, width: int | None) -> list[str]:
    """``text`` in lines of at most ``width`` terminal cells, between words where that can be; one line where there is no width."""
    if width is None or _cells(text) <= width:
        return [text]
    lines = [""]
    for word in text.split():
        if lines[-1] and _cells(lines[-1]) + 1 + _cells(word) <= width:
            lines[-1] += " " + word
            continue
        for piece in _pieces(word, width):
            lines.append(piece)
    return lines[1:]


def _narrow(widths: list[int], room: int, words: Sequence[int]) -> None:
    """Takes from the widest columns what is too much; from one whose longest word would be broken only where nothing else is left."""
    while sum(widths) > room:
        loose = [i for i, width in enumerate(widths) if width > words[i]] or range(len(widths))
        widest = max(loose, key=widths.__getitem__)
        widths[widest] -= 1


def _below(text: str, width: int | None) -> list[str]:
    return ["    " + line for line in wrapped(text, width and max(width - 4, 20))] if text else []


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The lines that a row of the table takes."""
    columns = [wrapped(text, width) for text, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, columns))):
        texts = [column[number] if number < len(column) else "" for column in columns]
        yield "  ".join(text + " " * (width - _cells(text)) for text, width in zip(texts, widths, strict=True)).rstrip()


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word that is longer than a line, in parts."""
    while _cells(word) > width:
        cells = end = 0
        while cells + _cell(word[end]) <= width:
            cells += _cell(word[end])
            end += 1
        end = max(end, 1)
        yield word[:end]
        word = word[end:]
    yield word


def _cells(text: str) -> int:
    """Columns that ``text`` takes on a terminal: East Asian letters two, combining marks none."""
    return len(text) if text.isascii() else sum(_cell(c) for c in text)


def _cell(character: str) -> int:
    return 0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
