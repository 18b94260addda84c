-- A bulk dispatch by hand: what `workorders.actions.bulk` writes when every filed order goes to one unit, set by set.
-- Parameters: now (in office time), actor, unit, note. Run in one transaction.

CREATE TEMP TABLE workday ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY d) AS n, d::date AS day
FROM generate_series(%(now)s::date - 10, %(now)s::date + 90, interval '1 day') AS d
LEFT JOIN grids_calendarday c ON c.date = d::date
WHERE CASE WHEN c.kind IS NULL THEN extract(isodow FROM d) < 6 ELSE c.kind <> 'holiday' END;

-- Office time laid end to end: each slot with the seconds that were worked before it.
CREATE TEMP TABLE slot ON COMMIT DROP AS
SELECT opens, sum(seconds) OVER (ORDER BY opens) - seconds AS before
FROM (
    SELECT (day + time '08:30') AT TIME ZONE 'Asia/Shanghai' AS opens, 12600 AS seconds FROM workday
    UNION ALL
    SELECT (day + time '13:30') AT TIME ZONE 'Asia/Shanghai', 14400 FROM workday
) AS part;

-- What is dispatched, and at which level it is held.
CREATE TEMP TABLE sent ON COMMIT DROP AS
SELECT o.id AS order_id, o.district_id, o.number, o.state, o.holder_id, o.urgency, o.category_id, o.difficulty,
       o.return_count, o.step, o.is_dispatch_final, coalesce(o.accepted_at, o.reported_at) AS ruled_at,
       CASE o.holder_id WHEN o.district_id THEN 'district' WHEN o.street_id THEN 'street'
                        WHEN o.community_id THEN 'community' WHEN o.co_community_id THEN 'community'
                        ELSE 'base' END AS level
FROM workorders_workorder o
WHERE o.state = 'filed'
FOR UPDATE;
ANALYZE sent;

-- The limit rows that answer, the most specific first; most orders share theirs.
CREATE TEMP TABLE ruled ON COMMIT DROP AS
WITH RECURSIVE chain AS (
    SELECT id AS category_id, id AS own_id, 0 AS depth FROM workorders_category
    UNION ALL
    SELECT c.parent_id, chain.own_id, chain.depth + 1
    FROM chain JOIN workorders_category c ON c.id = chain.category_id WHERE c.parent_id IS NOT NULL
), question AS (
    SELECT DISTINCT district_id, category_id, difficulty, level, urgency, ruled_at, step FROM sent
)
SELECT q.*, stage.stage, l.id AS limit_id, l.value, l.unit, l.warn_percent, grace.id AS grace_id,
       grace.grace_value, grace.grace_unit
FROM question q
CROSS JOIN (VALUES ('sign'), ('handle')) AS stage(stage)
CROSS JOIN LATERAL (
    SELECT l.* FROM workorders_limit l
    LEFT JOIN chain ON chain.own_id = q.category_id AND chain.category_id = l.category_id
    WHERE l.district_id = q.district_id AND l.stage = stage.stage AND l.urgency IN (q.urgency, '')
      AND (l.category_id IS NULL OR chain.depth IS NOT NULL) AND l.difficulty IN (q.difficulty, '')
      AND l.level IN (q.level, '') AND l.valid_from <= q.ruled_at AND (l.valid_to IS NULL OR l.valid_to > q.ruled_at)
    ORDER BY l.urgency = '', chain.depth NULLS LAST, l.difficulty = '', l.level = '' LIMIT 1
) AS l
LEFT JOIN LATERAL (
    SELECT e.* FROM workorders_escalationstep e
    WHERE stage.stage = 'handle' AND e.district_id = q.district_id AND e.position <= q.step
      AND e.valid_from <= q.ruled_at AND (e.valid_to IS NULL OR e.valid_to > q.ruled_at)
      AND e.urgency = CASE WHEN q.urgency = 'emergency' THEN 'emergency' ELSE '' END
      AND EXISTS (SELECT 1 FROM workorders_escalationstep h WHERE h.district_id = q.district_id
                  AND h.position > q.step AND h.urgency = e.urgency AND h.valid_to IS NULL)
    ORDER BY e.position DESC LIMIT 1
) AS grace ON true;

CREATE TEMP TABLE due ON COMMIT DROP AS
WITH worked AS (
    SELECT before + extract(epoch FROM %(now)s - opens) AS seconds
    FROM slot WHERE opens <= %(now)s ORDER BY opens DESC LIMIT 1
), rule AS (
    SELECT DISTINCT limit_id, value, unit, warn_percent, grace_id, grace_value, grace_unit FROM ruled
), aim AS (
    SELECT rule.*, worked.seconds AS worked,
           value * CASE unit WHEN 'working_day' THEN 27000 WHEN 'working_hour' THEN 3600
                             WHEN 'calendar_day' THEN 86400 ELSE 3600 END AS span
    FROM rule CROSS JOIN worked
), timed AS (
    SELECT aim.*, due.at AS due_at, warn.at AS warn_at
    FROM aim
    CROSS JOIN LATERAL (
        SELECT CASE WHEN unit IN ('hour', 'calendar_day') THEN %(now)s + span * interval '1 second'
                    ELSE opens + (worked + span - before) * interval '1 second' END AS at
        FROM slot WHERE before < worked + span ORDER BY before DESC LIMIT 1
    ) AS due
    CROSS JOIN LATERAL (
        SELECT CASE WHEN unit IN ('hour', 'calendar_day') THEN %(now)s + span * warn_percent / 100 * interval '1 second'
                    ELSE opens + (worked + floor(span * warn_percent / 100) - before) * interval '1 second' END AS at
        FROM slot WHERE before < worked + floor(span * warn_percent / 100) ORDER BY before DESC LIMIT 1
    ) AS warn
)
SELECT timed.*, CASE grace_unit WHEN 'hour' THEN due_at + grace_value * interval '1 hour'
                                WHEN 'working_day' THEN further.at END AS climb_at
FROM timed
CROSS JOIN LATERAL (SELECT due_at AT TIME ZONE 'Asia/Shanghai' AS local) AS l
CROSS JOIN LATERAL (
    SELECT n, CASE WHEN day = l.local::date THEN greatest(l.local::time, time '08:30') ELSE time '08:30' END AS clock
    FROM workday WHERE day > l.local::date OR (day = l.local::date AND l.local::time < time '17:30')
    ORDER BY day LIMIT 1
) AS opening
LEFT JOIN LATERAL (
    SELECT (w.day + opening.clock) AT TIME ZONE 'Asia/Shanghai' AS at
    FROM workday w WHERE w.n = opening.n + grace_value
) AS further ON true;

CREATE TEMP TABLE move ON COMMIT DROP AS
SELECT sent.*, running.id AS running_id, running.warn_at AS running_warn_at, running.due_at AS running_due_at,
       climbed.id AS climbed_id, waiting.stages AS stopped, last.at AS last_at
FROM sent
LEFT JOIN workorders_stageclock running
    ON running.order_id = sent.order_id AND running.stage = 'handle' AND running.stopped_at IS NULL
    AND running.step_id IS NULL
LEFT JOIN workorders_stageclock climbed
    ON climbed.order_id = sent.order_id AND climbed.stage = 'handle' AND climbed.stopped_at IS NULL
    AND climbed.step_id IS NOT NULL
LEFT JOIN LATERAL (
    SELECT jsonb_agg(c.stage ORDER BY c.id) AS stages FROM workorders_stageclock c
    WHERE c.order_id = sent.order_id AND c.stopped_at IS NULL AND c.stage IN ('dispatch', 'sign')
) AS waiting ON true
CROSS JOIN LATERAL (
    SELECT at FROM workorders_event e WHERE e.order_id = sent.order_id ORDER BY e.id DESC LIMIT 1
) AS last;
ANALYZE move;

UPDATE workorders_stageclock c SET stopped_at = %(now)s, next_at = NULL
FROM move
WHERE c.order_id = move.order_id AND c.stopped_at IS NULL
  AND (c.stage IN ('dispatch', 'sign') OR c.id = move.climbed_id);

CREATE TEMP TABLE started ON COMMIT DROP AS
SELECT move.order_id, move.district_id, r.stage, r.limit_id, r.value, r.unit, due.warn_at, due.due_at, due.climb_at,
       r.grace_id
FROM move
JOIN ruled r USING (district_id, category_id, difficulty, level, urgency, ruled_at, step)
JOIN due ON due.limit_id = r.limit_id AND due.grace_id IS NOT DISTINCT FROM r.grace_id
WHERE r.stage = 'sign' OR move.running_id IS NULL;

INSERT INTO workorders_stageclock (district_id, order_id, stage, limit_id, value, unit, started_at, warn_at, due_at,
                                   climb_at, next_at, paused_seconds, is_given)
SELECT district_id, order_id, stage, limit_id, value, unit, %(now)s, least(warn_at, due_at), due_at, climb_at,
       least(warn_at, due_at), 0, false
FROM started ORDER BY order_id, stage DESC;

INSERT INTO workorders_event (district_id, order_id, at, actor_id, actor_role, move, from_state, to_state, node_id,
                              unit_id, reason, note, details, elapsed_seconds)
SELECT move.district_id, move.order_id, %(now)s, %(actor)s, 'dispatcher', 'dispatch', move.state, 'dispatched',
       move.holder_id, %(unit)s, '', %(note)s,
       jsonb_build_object('assignee', NULL, 'clocks',
           CASE WHEN move.stopped IS NULL THEN '[]'::jsonb
                ELSE jsonb_build_array(jsonb_build_object('do', 'stop', 'stages', move.stopped)) END
           || CASE WHEN move.climbed_id IS NULL THEN '[]'::jsonb
                   ELSE jsonb_build_array(jsonb_build_object('do', 'stop', 'stages', jsonb_build_array('handle'))) END
           || clocks.log),
       greatest(0, floor(extract(epoch FROM %(now)s - move.last_at)))
FROM move
JOIN (
    SELECT order_id, jsonb_agg(jsonb_build_object(
        'do', 'start', 'stage', stage, 'limit', limit_id, 'grace', grace_id,
        'at', to_char(%(now)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')) ORDER BY stage DESC) AS log
    FROM started GROUP BY order_id
) AS clocks USING (order_id);

INSERT INTO workorders_involvement (order_id, unit_id, since)
SELECT order_id, %(unit)s, %(now)s FROM move
ON CONFLICT DO NOTHING;

UPDATE workorders_workorder o
SET state = 'dispatched', assignee_id = NULL, lead_unit_id = %(unit)s, dispatched_from_id = o.holder_id,
    dispatched_at = %(now)s, signed_at = NULL, version = o.version + 1,
    is_dispatch_final = o.is_dispatch_final OR o.return_count >= 2,
    accountable_unit_id = CASE WHEN o.accountable_unit_id IS NULL AND o.accountable_node_id IS NULL THEN %(unit)s
                               ELSE o.accountable_unit_id END,
    stage = 'handle', warn_at = coalesce(move.running_warn_at, least(handle.warn_at, handle.due_at)),
    due_at = coalesce(move.running_due_at, handle.due_at)
FROM move
LEFT JOIN started handle ON handle.order_id = move.order_id AND handle.stage = 'handle'
WHERE o.id = move.order_id;

INSERT INTO accounts_notification (recipient_id, kind, params, url, created_at, deliver_at, email_due_at, email_attempts)
SELECT p.user_id, 'order_assigned', jsonb_build_object('number', move.number), '/work-orders/' || move.order_id || '/',
       %(now)s, %(now)s, %(now)s, 0
FROM move
CROSS JOIN (SELECT DISTINCT p.user_id FROM grids_post p JOIN accounts_user u ON u.id = p.user_id AND u.is_active
            WHERE p.unit_id = %(unit)s AND p.role IN ('dept_handler', 'dept_leader')
              AND p.starts_on <= %(now)s::date AND (p.ends_on IS NULL OR p.ends_on >= %(now)s::date)
              AND p.user_id <> %(actor)s) AS p;
