"""One point of time as a text names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """What is said of a point of time; None where a part is not said."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    """1 Monday to 7 Sunday."""
    offset: int | None = None
    """Days after the publication."""
    unit: str = ""
    """"week", "weekend", "month" or "year", moved by ``shift`` from the one of the publication; a weekend may lack ``shift``."""
    shift: int | None = None
    year_shift: int | None = None
    portion: str = ""
    season: str = ""
    same: str = ""
    """"day" or "month": the one named last; "period": the days told last; "then": until these."""
    swapped: "Point | None" = None
    """The other reading of a slashed date: month first."""
    slashed: str = ""
    """"day_first" or "month_first" for a slashed date that can be read in one way only."""

    @property
    def is_day(self) -> bool:
        return self.day is not None or self.weekday is not None or self.offset is not None or self.same == "day"


ENDS = frozenset(("until", "to", "through", "before"))
"""Roles of prepositions that name the end of something."""

Found = tuple[Point, int] | None
"""A point and the token after it; None where none stands."""
