-- What 10,000 climbs change, from the changed rows alone, added to what is kept. %(since)s when they climbed,
-- %(zone)s the district's time zone, %(district)s its key.
WITH facts AS MATERIALIZED (
    SELECT o.grid_id AS place, before.unit_id AS unit, (f.at AT TIME ZONE %(zone)s)::date AS day, f.measure, f.key,
           count(*)::int AS count, coalesce(sum(f.total), 0)::bigint AS total
      FROM (SELECT c.order_id, c.overdue_at AS at, 'went_overdue' AS measure, c.stage AS key, 0 AS total
              FROM workorders_stageclock c WHERE c.district_id = %(district)s AND c.overdue_at >= %(since)s
            UNION ALL
            SELECT c.order_id, c.stopped_at, 'stage', c.stage,
                   extract(epoch FROM c.stopped_at - c.started_at) - c.paused_seconds
              FROM workorders_stageclock c WHERE c.district_id = %(district)s AND c.stopped_at >= %(since)s
            UNION ALL
            SELECT s.order_id, s.at, 'escalated', n.kind, 0
              FROM workorders_escalation s JOIN grids_grid n ON n.id = s.to_node_id
             WHERE s.district_id = %(district)s AND s.at >= %(since)s) AS f
      JOIN workorders_workorder o ON o.id = f.order_id AND o.kind = 'incident'
      LEFT JOIN LATERAL (SELECT e.unit_id FROM workorders_event e WHERE e.order_id = f.order_id AND e.at < f.at
                          ORDER BY e.id DESC LIMIT 1) AS before ON true
     GROUP BY 1, 2, 3, 4, 5),
units AS (
    INSERT INTO insights_unittally AS t (unit_id, day, measure, key, count, total)
    SELECT unit, day, measure, key, sum(count), sum(total) FROM facts WHERE unit IS NOT NULL GROUP BY 1, 2, 3, 4
        ON CONFLICT (unit_id, day, measure, key)
        DO UPDATE SET count = t.count + excluded.count, total = t.total + excluded.total)
INSERT INTO insights_tally AS t (node_id, day, measure, key, count, total)
SELECT l.above_id, f.day, f.measure, f.key, sum(f.count), sum(f.total)
  FROM facts f JOIN insights_lineage l ON l.node_id = f.place AND f.day BETWEEN l.first_on AND l.last_on
 GROUP BY 1, 2, 3, 4
    ON CONFLICT (node_id, day, measure, key)
    DO UPDATE SET count = t.count + excluded.count, total = t.total + excluded.total
