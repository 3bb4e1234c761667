"""The tables and their indexes. Times are UTC ("2025-11-30T09:12:00Z"), days are ISO dates, truth values 0 and 1, lists JSON."""

from pipelines.event import FLAGGED, KINDS, REASONS

FLAG_KINDS = (
    "new", "extended", "shortened", "widened", "resumed", "expired", "withdrawn", "corroborated", "contradicted",
    "source_broken", "source_recovered",
)  # fmt: skip
VERDICTS = (
    "running", "ok", "unchanged", "empty_ok", "empty", "blocked", "gone", "unreachable", "parse_error", "partial", "robots", "interrupted",
)  # fmt: skip
STATES = ("open", "ended", "expired", "withdrawn")
CERTAINTIES = ("official", "association", "press")
ROLES = ("origin", "destination", "diverted_to", "via")
HEALTH = ("never run", "ok", "silent", "broken")


def _in(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"CHECK ({column} IN ({listed}))"


TIME = "GLOB '????-??-??T??:??:??Z'"
DAY = "GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
WHEN = "GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'"
"""An instant where it is known, else a day; text order is time order within a day's grain."""

TABLES = f"""
CREATE TABLE operators (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT,
    country TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE places (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    official INTEGER NOT NULL DEFAULT 0 CHECK (official IN (0, 1)),
    country TEXT,
    lang TEXT,
    zone TEXT,
    operator TEXT,
    shape TEXT,
    url TEXT,
    every_seconds INTEGER,
    added_at TEXT NOT NULL CHECK (added_at {TIME}),
    watched INTEGER NOT NULL DEFAULT 1 CHECK (watched IN (0, 1)),
    baseline_at TEXT CHECK (baseline_at {TIME}),
    health TEXT NOT NULL DEFAULT 'never run' {_in("health", HEALTH)},
    health_since TEXT,
    problem TEXT,
    failures_in_row INTEGER NOT NULL DEFAULT 0,
    last_verdict TEXT {_in("last_verdict", VERDICTS)},
    last_run_at TEXT,
    last_success_at TEXT,
    last_new_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    started_at TEXT NOT NULL CHECK (started_at {TIME}),
    ended_at TEXT CHECK (ended_at {TIME}),
    pid INTEGER NOT NULL,
    verdict TEXT NOT NULL DEFAULT 'running' {_in("verdict", VERDICTS)},
    said TEXT NOT NULL DEFAULT '',
    requests INTEGER NOT NULL DEFAULT 0,
    responses INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    notices INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    same INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    failures TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(failures))
) STRICT;
CREATE INDEX runs_of_source ON runs (source, started_at);
CREATE INDEX runs_running ON runs (source) WHERE verdict = 'running';

CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    key TEXT NOT NULL,
    url TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    lang TEXT NOT NULL DEFAULT '',
    published TEXT CHECK (published {TIME}),
    published_how TEXT NOT NULL,
    first_seen TEXT NOT NULL CHECK (first_seen {TIME}),
    last_seen TEXT NOT NULL CHECK (last_seen {TIME}),
    hash TEXT NOT NULL,
    versions INTEGER NOT NULL DEFAULT 1,
    not_understood_by TEXT,
    doubted_in INTEGER,
    same_as INTEGER REFERENCES notices (id),
    UNIQUE (source, key)
) STRICT;
CREATE INDEX notices_url ON notices (url, source);
CREATE INDEX notices_hash ON notices (hash, source);
CREATE INDEX notices_first_seen ON notices (first_seen);

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    notice_id INTEGER NOT NULL REFERENCES notices (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    seen_at TEXT NOT NULL CHECK (seen_at {TIME}),
    run_id INTEGER REFERENCES runs (id),
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    lang TEXT NOT NULL DEFAULT '',
    published TEXT CHECK (published {TIME}),
    truncated INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0, 1)),
    fields TEXT CHECK (fields IS NULL OR json_valid(fields)),
    problem TEXT,
    UNIQUE (notice_id, number)
) STRICT;
CREATE INDEX versions_run ON versions (run_id);
CREATE INDEX versions_problem ON versions (seen_at) WHERE problem IS NOT NULL;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    notice_id INTEGER NOT NULL REFERENCES notices (id),
    version_id INTEGER NOT NULL REFERENCES versions (id),
    last_version_id INTEGER NOT NULL REFERENCES versions (id),
    kind TEXT NOT NULL {_in("kind", KINDS)},
    operator TEXT REFERENCES operators (code),
    carriers TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(carriers)),
    effective_from TEXT CHECK (effective_from {DAY}),
    effective_to TEXT CHECK (effective_to {DAY}),
    open_ended INTEGER NOT NULL DEFAULT 0 CHECK (open_ended IN (0, 1)),
    reason TEXT {_in("reason", REASONS)},
    evidence TEXT NOT NULL DEFAULT '',
    start INTEGER NOT NULL DEFAULT 0,
    "end" INTEGER NOT NULL DEFAULT 0,
    rule TEXT NOT NULL DEFAULT '',
    confidence REAL NOT NULL DEFAULT 1 CHECK (confidence BETWEEN 0 AND 1),
    background INTEGER NOT NULL DEFAULT 0 CHECK (background IN (0, 1)),
    stated_at TEXT NOT NULL CHECK (stated_at {WHEN}),
    seen_at TEXT NOT NULL CHECK (seen_at {TIME}),
    withdrawn_at TEXT CHECK (withdrawn_at {TIME})
) STRICT;
CREATE INDEX events_notice ON events (notice_id);
CREATE INDEX events_version ON events (version_id);
CREATE INDEX events_operator ON events (operator, stated_at);
CREATE INDEX events_stated ON events (stated_at);
CREATE INDEX events_resumed ON events (operator, stated_at) WHERE kind IN ('resumption', 'reopening');
CREATE INDEX events_reopened ON events (stated_at) WHERE kind = 'reopening';

CREATE TABLE event_places (
    event_id INTEGER NOT NULL REFERENCES events (id),
    role TEXT NOT NULL {_in("role", ROLES)},
    place TEXT NOT NULL REFERENCES places (code),
    country TEXT,
    PRIMARY KEY (event_id, role, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_places_country ON event_places (country, role);
CREATE INDEX event_places_place ON event_places (place, role);

CREATE TABLE suspensions (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL {_in("kind", FLAGGED)},
    operator TEXT REFERENCES operators (code),
    carriers TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(carriers)),
    effective_from TEXT CHECK (effective_from {DAY}),
    effective_to TEXT CHECK (effective_to {DAY}),
    open_ended INTEGER NOT NULL DEFAULT 0 CHECK (open_ended IN (0, 1)),
    reason TEXT {_in("reason", REASONS)},
    state TEXT NOT NULL DEFAULT 'open' {_in("state", STATES)},
    certainty TEXT NOT NULL {_in("certainty", CERTAINTIES)},
    sources INTEGER NOT NULL,
    source_names TEXT NOT NULL CHECK (json_valid(source_names)),
    opened_by INTEGER NOT NULL REFERENCES events (id),
    first_stated TEXT NOT NULL CHECK (first_stated {WHEN}),
    last_stated TEXT NOT NULL CHECK (last_stated {WHEN}),
    last_official TEXT CHECK (last_official {WHEN}),
    opened_at TEXT NOT NULL CHECK (opened_at {TIME}),
    changed_at TEXT NOT NULL CHECK (changed_at {TIME}),
    ended_at TEXT CHECK (ended_at {TIME}),
    disputed TEXT NOT NULL DEFAULT '',
    end_claim TEXT CHECK (end_claim IS NULL OR json_valid(end_claim)),
    rival_claim TEXT CHECK (rival_claim IS NULL OR json_valid(rival_claim)),
    routes_resumed TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(routes_resumed)),
    CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT;
CREATE INDEX suspensions_operator ON suspensions (operator, ended_at);
CREATE INDEX suspensions_open ON suspensions (state) WHERE state = 'open';

CREATE TABLE suspension_places (
    suspension_id INTEGER NOT NULL REFERENCES suspensions (id),
    role TEXT NOT NULL {_in("role", ROLES)},
    place TEXT NOT NULL REFERENCES places (code),
    country TEXT,
    ended_on TEXT CHECK (ended_on {DAY}),
    ended_said TEXT CHECK (ended_said {WHEN}),
    PRIMARY KEY (suspension_id, role, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspension_places_country ON suspension_places (country, role);
CREATE INDEX suspension_places_place ON suspension_places (place, role);

CREATE TABLE suspension_events (
    suspension_id INTEGER NOT NULL REFERENCES suspensions (id),
    event_id INTEGER NOT NULL REFERENCES events (id),
    relation TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources (name),
    linked_at TEXT NOT NULL CHECK (linked_at {TIME}),
    PRIMARY KEY (suspension_id, event_id, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspension_events_event ON suspension_events (event_id);

CREATE TABLE flags (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL {_in("kind", FLAG_KINDS)},
    key TEXT NOT NULL UNIQUE,
    raised_at TEXT NOT NULL CHECK (raised_at {TIME}),
    what TEXT NOT NULL DEFAULT '',
    suspension_id INTEGER REFERENCES suspensions (id),
    event_id INTEGER REFERENCES events (id),
    notice_id INTEGER REFERENCES notices (id),
    source TEXT REFERENCES sources (name),
    run_id INTEGER REFERENCES runs (id),
    told_at TEXT CHECK (told_at {TIME}),
    CHECK (kind IN ('source_broken', 'source_recovered') OR suspension_id IS NOT NULL)
) STRICT;
CREATE INDEX flags_raised ON flags (raised_at);
CREATE INDEX flags_untold ON flags (id) WHERE told_at IS NULL;
CREATE INDEX flags_source ON flags (source, raised_at);
CREATE INDEX flags_suspension ON flags (suspension_id);

CREATE TABLE validators (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    body_hash TEXT NOT NULL DEFAULT '',
    fetched_at TEXT NOT NULL CHECK (fetched_at {TIME}),
    reading TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX validators_source ON validators (source);

CREATE TABLE service (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    started_at TEXT NOT NULL CHECK (started_at {TIME}),
    beat_at TEXT NOT NULL CHECK (beat_at {TIME}),
    ended_at TEXT CHECK (ended_at {TIME})
) STRICT;
"""
