"""The steps that bring a file to the present tables (``pipelines.storage.tables``) and views (``pipelines.storage.views``)."""

from sqlite_utils import Database, Migrations

from pipelines.storage.tables import TABLES, TIME
from pipelines.storage.views import VIEWS

MIGRATIONS = Migrations("groundstop")

VERSION = 3
"""Kept in ``PRAGMA user_version``: a file with a higher one was written by a newer program. To be raised with each step."""

APPLICATION = 0x67737470
"""``PRAGMA application_id``: "gstp", what tells our file from another program's."""


@MIGRATIONS(name="0001 tables")
def _tables(db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@MIGRATIONS(name="0002 views")
def _views(db: Database) -> None:
    for name, select in VIEWS.items():
        db.create_view(name, select.strip(), replace=True)


@MIGRATIONS(name="0003 intervals")
def _intervals(db: Database) -> None:
    for statement in (
        "ALTER TABLE sources ADD COLUMN interval_seconds INTEGER",
        "ALTER TABLE sources ADD COLUMN interval_why TEXT",
        "ALTER TABLE runs ADD COLUMN entries INTEGER NOT NULL DEFAULT 0",
    ):
        db.conn.execute(statement)
    db.create_view("source_health", VIEWS["source_health"].strip(), replace=True)


@MIGRATIONS(name="0004 upkeep")
def _upkeep(db: Database) -> None:
    for statement in (
        f"ALTER TABLE versions ADD COLUMN pruned_at TEXT CHECK (pruned_at {TIME})",
        "CREATE INDEX versions_kept ON versions (seen_at) WHERE pruned_at IS NULL",
        "CREATE INDEX flags_run ON flags (run_id)",
    ):
        db.conn.execute(statement)
    for name in ("notice_history", "source_health"):
        db.create_view(name, VIEWS[name].strip(), replace=True)


def migrate(db: Database) -> None:
    """Bring the file to ``VERSION``: every step at once or none of it."""
    if db.conn.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    MIGRATIONS.apply(db)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION}")
    db.conn.execute(f"PRAGMA user_version = {VERSION}")
