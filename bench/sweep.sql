-- The sweep by hand: what `workorders.sweeps.run` writes for orders that are due to climb, set by set.
-- Parameter: now. Run in one transaction.

-- Office time laid end to end: each slot with the seconds that were worked before it.
CREATE TEMP TABLE slot ON COMMIT DROP AS
WITH day AS (
    SELECT d::date AS day
    FROM generate_series(%(now)s::date - 60, %(now)s::date + 60, interval '1 day') AS d
    LEFT JOIN grids_calendarday c ON c.date = d::date
    WHERE CASE WHEN c.kind IS NULL THEN extract(isodow FROM d) < 6 ELSE c.kind <> 'holiday' END
), part AS (
    SELECT (day + time '08:30') AT TIME ZONE 'Asia/Shanghai' AS opens, 12600 AS seconds FROM day
    UNION ALL
    SELECT (day + time '13:30') AT TIME ZONE 'Asia/Shanghai', 14400 FROM day
)
SELECT opens, seconds, sum(seconds) OVER (ORDER BY opens) - seconds AS before FROM part;
CREATE INDEX ON slot (opens);
CREATE INDEX ON slot (before);
ANALYZE slot;

-- Who climbs, to which step and node, and whose it becomes.
CREATE TEMP TABLE rise ON COMMIT DROP AS
SELECT o.id AS order_id, o.district_id, o.number, o.state, o.holder_id, o.assignee_id, o.lead_unit_id, o.urgency,
       c.climb_at, s.id AS step_id, s.position, s.value, s.unit, s.warn_percent, s.node_id,
       CASE WHEN s.is_top THEN NULL ELSE s.grace_value END AS grace, worked.seconds AS worked
FROM workorders_stageclock c
JOIN workorders_workorder o ON o.id = c.order_id
CROSS JOIN LATERAL (
    SELECT e.*, place.node_id, e.position = max(e.position) OVER () AS is_top
    FROM workorders_escalationstep e
    CROSS JOIN LATERAL (
        SELECT CASE e.level WHEN 'base' THEN o.grid_id WHEN 'community' THEN o.community_id
                            WHEN 'street' THEN o.street_id ELSE o.district_id END AS node_id
    ) AS place
    WHERE e.district_id = o.district_id AND e.valid_to IS NULL AND e.position > o.step
      AND e.urgency = CASE WHEN o.urgency = 'emergency' THEN 'emergency' ELSE '' END
    ORDER BY e.position LIMIT 1
) AS s
CROSS JOIN LATERAL (
    SELECT before + extract(epoch FROM c.climb_at - opens) AS seconds
    FROM slot WHERE opens <= c.climb_at ORDER BY opens DESC LIMIT 1
) AS worked
WHERE c.stopped_at IS NULL AND c.next_at <= %(now)s AND c.climb_at <= %(now)s
FOR UPDATE OF c, o SKIP LOCKED;
ANALYZE rise;

-- A second that ends one slot and begins the next: a day later means the same clock time, a share of it the earlier.
CREATE TEMP TABLE climb ON COMMIT DROP AS
WITH owner AS (
    SELECT DISTINCT ON (place.node_id, place.step_id) place.node_id, place.step_id, p.user_id
    FROM (SELECT DISTINCT node_id, step_id FROM rise) AS place
    JOIN workorders_escalationstep e ON e.id = place.step_id
    JOIN grids_post p ON p.node_id = place.node_id AND p.role = e.role
    JOIN accounts_user u ON u.id = p.user_id AND u.is_active
    WHERE p.starts_on <= %(now)s::date AND (p.ends_on IS NULL OR p.ends_on >= %(now)s::date)
    ORDER BY place.node_id, place.step_id, p.is_primary DESC, (p.employment = 'full_time') DESC, p.starts_on, p.id
)
SELECT rise.*, owner.user_id AS owner_id, due.at AS due_at, warn.at AS warn_at, further.at AS next_climb_at
FROM rise
LEFT JOIN owner USING (node_id, step_id)
CROSS JOIN LATERAL (
    SELECT CASE WHEN unit = 'hour' THEN climb_at + value * interval '1 hour'
                ELSE opens + (worked + value * 27000 - before) * interval '1 second' END AS at
    FROM slot WHERE before <= worked + value * 27000 ORDER BY before DESC LIMIT 1
) AS due
CROSS JOIN LATERAL (
    SELECT CASE WHEN unit = 'hour' THEN climb_at + value * interval '1 hour' * warn_percent / 100
                ELSE opens + (worked + value * 27000 * warn_percent / 100 - before) * interval '1 second' END AS at
    FROM slot WHERE before < worked + value * 27000 * warn_percent / 100 ORDER BY before DESC LIMIT 1
) AS warn
LEFT JOIN LATERAL (
    SELECT CASE WHEN unit = 'hour' THEN climb_at + (value + grace) * interval '1 hour'
                ELSE opens + (worked + (value + grace) * 27000 - before) * interval '1 second' END AS at
    FROM slot WHERE before <= worked + (value + grace) * 27000 ORDER BY before DESC LIMIT 1
) AS further ON grace IS NOT NULL;
ANALYZE climb;

UPDATE workorders_stageclock c SET stopped_at = %(now)s, next_at = NULL
FROM climb
WHERE c.order_id = climb.order_id AND c.stopped_at IS NULL AND c.stage IN ('accept', 'dispatch', 'sign', 'handle');

INSERT INTO workorders_stageclock (district_id, order_id, stage, step_id, value, unit, started_at, warn_at, due_at,
                                   climb_at, next_at, paused_seconds, is_given)
SELECT district_id, order_id, 'handle', step_id, value, unit, climb_at, warn_at, due_at, next_climb_at, warn_at, 0, false
FROM climb;

INSERT INTO workorders_escalation (district_id, order_id, position, from_node_id, to_node_id, passed_user_id, at, by_timer)
SELECT district_id, order_id, position, holder_id, node_id, assignee_id, %(now)s, true FROM climb;

INSERT INTO workorders_event (district_id, order_id, at, actor_role, move, from_state, to_state, node_id, to_user_id,
                              reason, note, details, elapsed_seconds)
SELECT climb.district_id, climb.order_id, %(now)s, '', 'escalate', climb.state, 'filed', climb.node_id, climb.owner_id,
       '', '', '{}', floor(extract(epoch FROM %(now)s - last.at))
FROM climb
CROSS JOIN LATERAL (
    SELECT at FROM workorders_event e WHERE e.order_id = climb.order_id ORDER BY e.id DESC LIMIT 1
) AS last;

INSERT INTO workorders_involvement (order_id, user_id, since)
SELECT order_id, assignee_id, %(now)s FROM climb WHERE assignee_id IS NOT NULL
UNION
SELECT order_id, owner_id, %(now)s FROM climb WHERE owner_id IS NOT NULL
ON CONFLICT DO NOTHING;

INSERT INTO workorders_involvement (order_id, unit_id, since)
SELECT order_id, lead_unit_id, %(now)s FROM climb WHERE lead_unit_id IS NOT NULL
ON CONFLICT DO NOTHING;

INSERT INTO accounts_notification (recipient_id, kind, params, url, created_at, deliver_at, email_due_at, email_attempts)
SELECT told.user_id, told.kind, jsonb_build_object('number', climb.number), '/work-orders/' || climb.order_id || '/',
       %(now)s, %(now)s, %(now)s, 0
FROM climb
CROSS JOIN LATERAL (
    SELECT climb.owner_id AS user_id, 'order_escalated' AS kind
    UNION ALL
    SELECT climb.assignee_id, 'order_passed_up' WHERE climb.assignee_id <> climb.owner_id
    UNION ALL
    SELECT p.user_id, 'order_passed_up'
    FROM (SELECT DISTINCT p.user_id FROM grids_post p JOIN accounts_user u ON u.id = p.user_id AND u.is_active
          WHERE climb.assignee_id IS NULL AND climb.state IN ('dispatched', 'in_progress')
            AND p.unit_id = climb.lead_unit_id AND p.role IN ('dept_handler', 'dept_leader')
            AND p.starts_on <= %(now)s::date AND (p.ends_on IS NULL OR p.ends_on >= %(now)s::date)) AS p
    WHERE p.user_id <> climb.owner_id
) AS told
WHERE told.user_id IS NOT NULL;

UPDATE workorders_workorder o
SET state = 'filed', is_escalated = true, stage = 'handle', lead_unit_id = NULL, version = o.version + 1,
    holder_id = climb.node_id, assignee_id = climb.owner_id, step = climb.position,
    accepted_at = coalesce(o.accepted_at, %(now)s), warn_at = climb.warn_at, due_at = climb.due_at
FROM climb
WHERE o.id = climb.order_id;
