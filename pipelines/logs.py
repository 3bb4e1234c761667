"""The service's log on standard error: a line for each run and each flag, for a person or as JSON."""

import logging
from datetime import UTC, datetime
from typing import Any

from pipelines import printing
from pipelines.printing import printable

LONGEST = 4000
"""Characters of a text in the log: an exception, or a notice's key, may hold a whole answer of a site, which is some MiB."""


def bounded(text: Any) -> Any:
    """No more of a text than a line takes; what is no text as it is."""
    return f"{text[:LONGEST]} ... ({len(text)} characters)" if isinstance(text, str) and len(text) > LONGEST else text


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at`` (UTC), ``level``, ``message``, and what the message counts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry: dict[str, Any] = {"at": at, "level": record.levelname, "message": record.getMessage(), **getattr(record, "data", {})}
        entry = {name: bounded(value) for name, value in entry.items()}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return printing.as_json(entry)

    def formatException(self, ei: Any) -> str:
        return "\n".join(map(bounded, super().formatException(ei).splitlines()))


class Printable(logging.Formatter):
    """One line a record: what a site wrote must not move the cursor or start a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(bounded(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:
        return "\n".join(printable(bounded(line)) for line in super().formatException(ei).splitlines())


def log_to_stderr(as_json: bool, level: int = logging.INFO) -> None:
    """Our own lines from ``level`` on; of the libraries only what is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else Printable("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(True)
    logging.getLogger("groundstop").setLevel(level)
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # its warnings stand in the run's verdict
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # warns whenever a run takes longer than its source's interval
