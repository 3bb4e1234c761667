"""What a spider hands over: one notice, uninterpreted."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Notice:
    """One text that a source published, as the source printed it.

    A shape fills either ``text`` (plain) or ``html`` (markup, which ``pipelines.cleaning.clean`` turns to text).
    """

    source: str
    """Name of the source's record."""
    key: str
    """The source's own stable id, else the address as the source gives it: never link text, never a row number."""
    url: str
    """Where a person reads it."""
    title: str = ""
    text: str = ""
    html: str = ""
    published: str = ""
    """The publication time exactly as printed; empty where the source prints none."""
    lang: str = ""
    """ISO 639-1 code that the item or its source declares; empty where neither does."""
    fields: dict[str, Any] = field(default_factory=dict)
    """The record's own fields, for formats whose events stand in fields (bulletins, NOTAMs, levels of advice): JSON values only."""
