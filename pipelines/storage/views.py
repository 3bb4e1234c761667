"""What people read: views with a column for each thing that one would ask."""

_NAMES = """(
        SELECT group_concat(coalesce(n.name, p.place), ', ') FROM {table} p LEFT JOIN places n ON n.code = p.place
        WHERE p.{owner} = {id} AND p.role = '{role}'{more}
    )"""


def _suspension_places(role: str, more: str = "") -> str:
    return _NAMES.format(table="suspension_places", owner="suspension_id", id="s.id", role=role, more=more)


def _event_places(role: str) -> str:
    return _NAMES.format(table="event_places", owner="event_id", id="e.id", role=role, more="")


VIEWS = {
    "suspension_list": f"""
SELECT
    s.id AS suspension,
    s.state AS state,
    coalesce(o.name, s.operator, 'not named') AS operator,
    s.kind AS kind,
    {_suspension_places("origin")} AS from_where,
    {_suspension_places("destination", " AND (p.ended_on IS NULL OR s.state <> 'open')")} AS to_where,
    {_suspension_places("diverted_to")} AS instead,
    s.effective_from AS since,
    s.effective_to AS until,
    s.open_ended AS open_ended,
    s.reason AS reason,
    s.certainty AS certainty,
    s.sources AS sources,
    s.disputed AS disputed,
    s.first_stated AS first_stated,
    src.title AS first_stated_by,
    e.evidence AS evidence,
    n.url AS url,
    s.last_stated AS last_stated,
    s.ended_at AS ended_at,
    s.operator AS operator_code
FROM suspensions s
JOIN events e ON e.id = s.opened_by
JOIN notices n ON n.id = e.notice_id
JOIN sources src ON src.name = n.source
LEFT JOIN operators o ON o.code = s.operator
""",
    "open_suspensions": """
SELECT
    suspension, operator, kind, from_where, to_where, instead, since, until, open_ended, reason, certainty, sources, disputed,
    first_stated, first_stated_by, evidence, url, last_stated, operator_code
FROM suspension_list
WHERE state = 'open'
""",
    "new_flags": f"""
SELECT
    f.id AS flag_id,
    f.raised_at AS raised_at,
    f.kind AS flag,
    f.what AS what,
    coalesce(o.name, s.operator) AS operator,
    s.kind AS kind,
    {_suspension_places("origin")} AS from_where,
    {_suspension_places("destination")} AS to_where,
    {_suspension_places("diverted_to")} AS instead,
    s.effective_from AS since,
    s.effective_to AS until,
    s.certainty AS certainty,
    src.title AS stated_by,
    e.evidence AS evidence,
    coalesce(n.url, src.url) AS url,
    n.published AS published,
    f.told_at AS told_at,
    f.suspension_id AS suspension
FROM flags f
LEFT JOIN suspensions s ON s.id = f.suspension_id
LEFT JOIN operators o ON o.code = s.operator
LEFT JOIN events e ON e.id = coalesce(f.event_id, s.opened_by)
LEFT JOIN notices n ON n.id = coalesce(f.notice_id, e.notice_id)
LEFT JOIN sources src ON src.name = coalesce(f.source, n.source)
ORDER BY f.id DESC
""",
    "source_health": """
SELECT
    name AS source,
    title AS title,
    health AS state,
    health_since AS since,
    last_verdict AS last_verdict,
    last_run_at AS last_run,
    last_success_at AS last_success,
    last_new_at AS last_new_notice,
    failures_in_row AS failures_in_row,
    interval_seconds AS interval_seconds,
    interval_why AS interval_why,
    strftime('%Y-%m-%dT%H:%M:%SZ', last_run_at, '+' || coalesce(interval_seconds, every_seconds) || ' seconds') AS due,
    problem AS what_is_wrong,
    url AS url
FROM sources
WHERE watched
ORDER BY CASE health WHEN 'broken' THEN 0 WHEN 'silent' THEN 1 WHEN 'never run' THEN 2 ELSE 3 END, name
""",
    "notice_history": f"""
SELECT
    v.notice_id AS notice,
    n.source AS source,
    v.number AS version,
    v.seen_at AS seen_at,
    v.title AS title,
    (SELECT group_concat(e.kind || coalesce(' ' || e.operator, '') || coalesce(': ' || {_event_places("destination")}, ''), '; ')
       FROM events e WHERE e.version_id = v.id) AS newly_states,
    (SELECT group_concat(e.kind || coalesce(' ' || e.operator, '') || coalesce(': ' || {_event_places("destination")}, ''), '; ')
       FROM events e JOIN versions last ON last.id = e.last_version_id
       WHERE e.notice_id = v.notice_id AND e.withdrawn_at IS NOT NULL AND last.number = v.number - 1) AS no_longer_states,
    CASE WHEN v.pruned_at IS NULL THEN length(v.text) END AS characters,
    v.pruned_at AS pruned_at,
    v.problem AS problem,
    n.url AS url
FROM versions v
JOIN notices n ON n.id = v.notice_id
""",
}
