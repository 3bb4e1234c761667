"""Sheremetyevo's board, from the interface of the airport's own site: one notice for each flight that is off, or that goes elsewhere.

``GET /bitrix/timetable/`` with direction, dateStart, dateEnd, perPage, page, locale gives ``{"items": [...], "pagination": {...}}``. Known
from four public readers of the years 2018 to 2026; the airport promises nothing. ``status_id`` 230 is cancelled; a diversion stands in the
words of the status only, or shows as another far airport under the same number on another date. The board is late: it still had a charter
to Porlamar when the passengers knew of Varadero. So its silence denies nothing, and what it says confirms what others said first.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from scrapy.http import Request

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, choice, count
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.records import document

if TYPE_CHECKING:
    from scrapers.sources import Source

OPTIONS = {
    "direction": Field(choice("departure", "arrival"), "departure"),
    "days": Field(count, 3),  # from today on; a thousand bytes for each flight of each day
}
CANCELLED = 230

_DIVERTED = re.compile(r"запасн|divert", re.I)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class SheremetyevoSpider(SourceSpider):
    options = OPTIONS

    def requests(self, run: Run) -> Iterator[Request]:
        now = self.now().astimezone(ZoneInfo(self.source.zone))
        first = now.replace(hour=0, minute=0, second=0, microsecond=0)
        window = {"dateStart": first.isoformat(), "dateEnd": (first + timedelta(days=self.source.options["days"])).isoformat()}
        query = {"direction": self.source.options["direction"], **window, "perPage": 9999, "page": 0, "locale": "ru"}
        yield from self.fetch(run, f"{self.source.url}?{urlencode(query)}", self.read, conditional=False)

    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        run.entries += len(_rows(answer))
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """The flights that are cancelled or diverted, or that go elsewhere than the same number on an earlier day. Raises ``Unexpected``."""
    rows = sorted(_rows(answer), key=lambda row: str(row.get("t_st") or ""))
    far = "mar2" if source.options["direction"] == "departure" else "mar1"
    seen: defaultdict[str, list[str]] = defaultdict(list)
    found = []
    for row in rows:
        flight, place = _flight(row), _airport(row, far)
        if not (row.get("i_id") and flight and place):
            continue
        earlier = seen[flight]
        if row.get("status_id") == CANCELLED:
            found.append(_notice(row, flight, "cancelled", "", source))
        elif _DIVERTED.search(f"{row.get('vip_status_rus')} {row.get('vip_status_eng')}"):
            found.append(_notice(row, flight, "diverted", "", source))
        elif earlier and place not in earlier:
            found.append(_notice(row, flight, "elsewhere", earlier[-1], source))
        earlier.append(place)
    return found


def _rows(answer: Answer) -> list[dict[str, Any]]:
    board = document(answer)
    rows = board.get("items") if isinstance(board, dict) else None
    if not isinstance(rows, list):
        raise Unexpected("not_expected", "no items in the document: no board")
    return [row for row in rows if isinstance(row, dict)]


def _notice(row: dict[str, Any], flight: str, status: str, usual: str, source: "Source") -> Notice:
    """``usual``: where the same number went before, for a flight that goes elsewhere."""
    scheduled = str(row.get("t_st") or "")
    day = _DAY.match(str(row.get("dat") or scheduled))
    route = " – ".join(_text(row, end, "city") for end in ("mar1", "mar2"))
    return Notice(
        source=source.name,
        key=str(row["i_id"]),
        url=source.url,
        title=f"{flight} {route}, {scheduled[:16].replace('T', ' ')}: {row.get('vip_status_rus') or status}",
        fields={
            "flight": flight,
            "carrier": _text(row, "co", "code"),
            "day": day[0] if day else "",
            "scheduled": scheduled,
            "origin": _airport(row, "mar1"),
            "destination": _airport(row, "mar2"),
            "status": status,
            **({"usual": usual} if usual else {}),
        },
    )


def _flight(row: dict[str, Any]) -> str:
    return f"{_text(row, 'co', 'code')} {row.get('flt') or ''}".strip()


def _airport(row: dict[str, Any], end: str) -> str:
    return _text(row, end, "iata")


def _text(row: dict[str, Any], table: str, name: str) -> str:
    inner = row.get(table)
    return str(inner.get(name) or "") if isinstance(inner, dict) else ""
