"""What we do not ask for, and why."""

from scrapy.exceptions import IgnoreRequest


class Refused(IgnoreRequest):
    """A request that is not made, or not followed further. ``kind`` is a key of ``scrapers.run.FAILURES``."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
