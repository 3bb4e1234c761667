"""Instants as the database writes them: UTC, to the second, "2025-11-30T09:12:00Z"."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """``moment`` (aware) as text; text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The aware datetime of a stamp."""
    return datetime.fromisoformat(text)
