"""What ``scrapy crawl NAME -O out.csv`` writes: a spreadsheet opens it, and must not compute what a site wrote."""

from typing import Any

from scrapy.exporters import CsvItemExporter

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet takes for a formula (OWASP, CSV injection), full-width forms included."""


class PlainCsv(CsvItemExporter):
    """A text that looks like a formula gets an apostrophe before it, which spreadsheets hide and take for "this is text"."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        said = super().serialize_field(field, name, value)
        return f"'{said}" if isinstance(said, str) and said.startswith(FORMULA) else said
