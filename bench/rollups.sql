-- Every figure of every day, added up at once: what somebody would write who never had to bring it up to date.
-- %(district)s the district's key, %(zone)s its time zone, %(now)s until when, %(w1)s…%(w5)s the weights of grades.
CREATE TEMPORARY TABLE bench_facts ON COMMIT DROP AS
WITH incident AS MATERIALIZED (
    SELECT id, grid_id, lead_unit_id, source, category_id, state, rating, is_excluded, reported_at, finished_at,
           whole_due_at, (reported_at AT TIME ZONE %(zone)s) AS reported, (finished_at AT TIME ZONE %(zone)s) AS finished
      FROM workorders_workorder WHERE district_id = %(district)s AND kind = 'incident'),
turn AS MATERIALIZED (
    SELECT e.id, e.order_id, e.move, e.at, e.unit_id, e.reason, o.grid_id, o.rating,
           (e.at AT TIME ZONE %(zone)s)::date AS day,
           lag(e.unit_id) OVER (PARTITION BY e.order_id ORDER BY e.id) AS unit_before,
           lead(e.id) OVER (PARTITION BY e.order_id, e.move ORDER BY e.id) AS same_later
      FROM workorders_event e JOIN incident o ON o.id = e.order_id),
clock AS MATERIALIZED (
    SELECT o.grid_id, c.order_id, c.stage, c.started_at, c.stopped_at, c.overdue_at, c.paused_seconds
      FROM workorders_stageclock c JOIN incident o ON o.id = c.order_id),
matter AS MATERIALIZED (
    SELECT r.*, o.lead_unit_id AS unit, o.state AS order_state,
           coalesce(r.grid_id, r.community_id, r.street_id, r.district_id) AS place
      FROM hotline_request r LEFT JOIN workorders_workorder o ON o.id = r.order_id
     WHERE r.district_id = %(district)s),
said AS MATERIALIZED (
    SELECT t.*, m.place, m.unit FROM hotline_calltry t JOIN matter m ON m.id = t.matter_id
     WHERE t.outcome IN ('reached', 'rated') AND NOT m.is_excluded),
keycase AS MATERIALIZED (
    SELECT k.*, m.place, m.unit, m.state, m.is_excluded FROM hotline_keycase k JOIN matter m ON m.id = k.matter_id)
SELECT grid_id AS place, NULL::bigint AS unit, reported::date AS day, 'found' AS measure, source AS key,
       count(*)::int AS count, 0::bigint AS total FROM incident GROUP BY 1, 3, 5
UNION ALL SELECT grid_id, NULL, reported::date, 'found_category', category_id::text, count(*), 0
  FROM incident GROUP BY 1, 3, 5
UNION ALL SELECT grid_id, NULL, reported::date, 'found_hour', to_char(reported, 'HH24'), count(*), 0
  FROM incident GROUP BY 1, 3, 5
UNION ALL SELECT grid_id, lead_unit_id, finished::date, 'ended',
       CASE WHEN state IN ('closed', 'evaluated') THEN 'solved' ELSE state END, count(*),
       sum(extract(epoch FROM finished_at - reported_at))
  FROM incident WHERE finished_at IS NOT NULL GROUP BY 1, 2, 3, 5
UNION ALL SELECT grid_id, lead_unit_id, (whole_due_at AT TIME ZONE %(zone)s)::date, 'fell_due',
       CASE WHEN finished_at <= whole_due_at THEN 'on_time' ELSE 'late' END, count(*), 0
  FROM incident WHERE whole_due_at < %(now)s AND NOT is_excluded
   AND state NOT IN ('rejected', 'voided', 'merged', 'suspended') GROUP BY 1, 2, 3, 5
UNION ALL SELECT grid_id, NULL, d.day::date, 'open', '', count(*), 0
  FROM incident CROSS JOIN LATERAL generate_series(reported::date,
       least(finished::date - 1, (%(now)s AT TIME ZONE %(zone)s)::date), interval '1 day') AS d(day) GROUP BY 1, 3
UNION ALL SELECT c.grid_id, (SELECT e.unit_id FROM workorders_event e WHERE e.order_id = c.order_id
                               AND e.at < c.overdue_at ORDER BY e.id DESC LIMIT 1),
       (c.overdue_at AT TIME ZONE %(zone)s)::date, 'went_overdue', c.stage, count(*), 0
  FROM clock c WHERE c.overdue_at IS NOT NULL GROUP BY 1, 2, 3, 5
UNION ALL SELECT c.grid_id, (SELECT e.unit_id FROM workorders_event e WHERE e.order_id = c.order_id
                               AND e.at < c.stopped_at ORDER BY e.id DESC LIMIT 1),
       (c.stopped_at AT TIME ZONE %(zone)s)::date, 'stage', c.stage, count(*),
       sum(extract(epoch FROM c.stopped_at - c.started_at) - c.paused_seconds)
  FROM clock c WHERE c.stopped_at IS NOT NULL GROUP BY 1, 2, 3, 5
UNION ALL SELECT o.grid_id, (SELECT e.unit_id FROM workorders_event e WHERE e.order_id = s.order_id
                               AND e.at < s.at ORDER BY e.id DESC LIMIT 1),
       (s.at AT TIME ZONE %(zone)s)::date, 'escalated', n.kind, count(*), 0
  FROM workorders_escalation s JOIN incident o ON o.id = s.order_id JOIN grids_grid n ON n.id = s.to_node_id
 GROUP BY 1, 2, 3, 5
UNION ALL SELECT grid_id, unit_before, day, 'returned', reason, count(*), 0
  FROM turn WHERE move = 'return_order' GROUP BY 1, 2, 3, 5
UNION ALL SELECT grid_id, unit_id, day, 'reworked', '', count(*), 0 FROM turn WHERE move = 'verify_fail' GROUP BY 1, 2, 3
UNION ALL SELECT grid_id, unit_id, day, 'rated', rating::text, count(*), sum(rating)
  FROM turn WHERE move = 'evaluate' AND rating IS NOT NULL AND same_later IS NULL GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, NULL, (received_at AT TIME ZONE %(zone)s)::date, 'request', source, count(*), 0
  FROM matter GROUP BY 1, 3, 5
UNION ALL SELECT place, NULL, (received_at AT TIME ZONE %(zone)s)::date, 'request_kind', kind, count(*), 0
  FROM matter GROUP BY 1, 3, 5
UNION ALL SELECT place, NULL, (received_at AT TIME ZONE %(zone)s)::date, 'request_category',
       coalesce(category_id::text, ''), count(*), 0 FROM matter GROUP BY 1, 3, 5
UNION ALL SELECT place, unit, (due_at AT TIME ZONE %(zone)s)::date, 'request_due',
       CASE WHEN state IN ('answered', 'closed') THEN 'done' ELSE 'open' END
       || CASE WHEN answered_at <= due_at THEN '_on_time' ELSE '_late' END, count(*), 0
  FROM matter WHERE due_at < %(now)s AND NOT is_excluded AND state NOT IN ('refused', 'merged')
   AND order_state IS DISTINCT FROM 'suspended' GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, unit, (at AT TIME ZONE %(zone)s)::date, 'called',
       CASE WHEN was_contacted THEN 'contacted' ELSE 'not' END, count(*), 0
  FROM said WHERE outcome = 'reached' GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, unit, (at AT TIME ZONE %(zone)s)::date, 'said_solved', solved, count(*), 0
  FROM said WHERE solved <> '' GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, unit, (at AT TIME ZONE %(zone)s)::date, 'graded', satisfaction::text, count(*),
       sum((ARRAY[%(w1)s, %(w2)s, %(w3)s, %(w4)s, %(w5)s])[satisfaction])
  FROM said WHERE satisfaction IS NOT NULL GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, unit, (flagged_at AT TIME ZONE %(zone)s)::date, 'key_opened', reason, count(*), 0
  FROM keycase GROUP BY 1, 2, 3, 5
UNION ALL SELECT place, unit, (flagged_at AT TIME ZONE %(zone)s)::date, 'key_case',
       CASE WHEN state IN ('answered', 'closed') THEN 'done' ELSE 'open' END, count(*), 0
  FROM keycase WHERE lifted_at IS NULL AND NOT is_excluded GROUP BY 1, 2, 3, 5
UNION ALL SELECT grid_id, NULL, (visited_at AT TIME ZONE %(zone)s)::date, 'visited', outcome, count(*), 0
  FROM visits_visit WHERE district_id = %(district)s AND annulled_at IS NULL GROUP BY 1, 3, 5
UNION ALL SELECT v.grid_id, NULL, (v.visited_at AT TIME ZONE %(zone)s)::date, 'people_reached', v.outcome, count(*), 0
  FROM visits_visitedperson p JOIN visits_visit v ON v.id = p.visit_id
 WHERE v.district_id = %(district)s AND v.annulled_at IS NULL AND v.outcome IN ('met', 'phone') GROUP BY 1, 3, 5;

INSERT INTO insights_tally (node_id, day, measure, key, count, total)
SELECT l.above_id, f.day, f.measure, f.key, sum(f.count), sum(f.total)
  FROM bench_facts f JOIN insights_lineage l ON l.node_id = f.place AND f.day BETWEEN l.first_on AND l.last_on
 WHERE f.day <= (%(now)s AT TIME ZONE %(zone)s)::date GROUP BY 1, 2, 3, 4;

INSERT INTO insights_unittally (unit_id, day, measure, key, count, total)
SELECT unit, day, measure, key, sum(count), sum(total) FROM bench_facts
 WHERE unit IS NOT NULL AND day <= (%(now)s AT TIME ZONE %(zone)s)::date GROUP BY 1, 2, 3, 4;
