"""A name found in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a text. ``start`` and ``end`` are code-point offsets; a Turkish or English suffix behind the name is outside.

    ``type`` is place, adjective, operator or flight; ``codes`` the candidates, best first; ``kind`` what the first of them is;
    ``ambiguous`` says that an ordinary word looks the same, so that the context must speak for it; ``form`` the Russian cases that
    this form can be, such as "loct,datv", or "".
    """

    start: int
    end: int
    text: str
    type: str
    codes: tuple[str, ...]
    kind: str
    ambiguous: bool
    form: str = ""
