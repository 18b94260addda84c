-- Who is due when, by hand: the shortest of all rules that hold, for everybody of a district. Parameters: today, district.
SELECT r.id, d.reached_on,
       x.due_on - least(30, x.days / 4) AS opens_on, x.due_on, x.basis,
       CASE WHEN x.discreet < x.due_on THEN x.discreet - least(30, CASE t.tier WHEN 'red' THEN 1 ELSE 7 END / 4) END
           AS discreet_opens_on,
       CASE WHEN x.discreet < x.due_on THEN x.discreet END AS discreet_due_on
FROM residents_resident r
LEFT JOIN visits_due d ON d.resident_id = r.id
LEFT JOIN residents_house h ON h.id = r.house_id
LEFT JOIN care_tiergrant t ON t.resident_id = r.id AND t.state = 'in_force' AND t.ends_on >= %(today)s
LEFT JOIN care_contactduty c ON c.building_id = h.building_id AND c.ended_on IS NULL
LEFT JOIN (
    SELECT resident_id, min(started_on) AS started_on FROM care_caremembership
    WHERE ended_on IS NULL AND "group" <> 'veteran' GROUP BY resident_id
) m ON m.resident_id = r.id
CROSS JOIN LATERAL (
    SELECT *, CASE t.tier
               WHEN 'red' THEN CASE WHEN d.reached_on IS NULL THEN greatest(b.known, t.starts_on)
                                    ELSE greatest(d.reached_on + 1, t.starts_on) END
               WHEN 'orange' THEN CASE WHEN d.reached_on IS NULL THEN greatest(b.known, t.starts_on) + (b.key %% 7)::int
                                       ELSE greatest(d.reached_on + 7, t.starts_on) END END AS discreet
    FROM (SELECT coalesce(r.house_id, r.id) AS key, (r.created_at AT TIME ZONE 'Asia/Shanghai')::date AS known,
                 h.use IN ('rented', 'group_let') AS is_let,
                 CASE WHEN h.use IN ('rented', 'group_let') THEN DATE '2000-01-01'
                      ELSE least(m.started_on, CASE t.tier WHEN 'yellow' THEN t.starts_on END) END AS care_since) b
    CROSS JOIN LATERAL (
        SELECT due_on, days, basis FROM (VALUES
            (CASE WHEN c.id IS NULL THEN NULL
                  WHEN d.reached_on IS NULL THEN greatest(b.known, c.started_on) + (b.key %% 30)::int
                  ELSE greatest(d.reached_on + 30, c.started_on) END, 30, 'contact', 0),
            (CASE WHEN b.care_since IS NULL THEN NULL
                  WHEN d.reached_on IS NULL THEN greatest(b.known, b.care_since) + (b.key %% 30)::int
                  ELSE greatest(d.reached_on + 30, b.care_since) END, 30, 'care', 1),
            (coalesce(d.reached_on + CASE WHEN r.kind = 'floating' OR b.is_let THEN 90 ELSE 180 END,
                      b.known + (b.key %% CASE WHEN r.kind = 'floating' OR b.is_let THEN 90 ELSE 180 END)::int),
             CASE WHEN r.kind = 'floating' OR b.is_let THEN 90 ELSE 180 END, 'regular', 2)
        ) AS rule (due_on, days, basis, place)
        WHERE due_on IS NOT NULL ORDER BY due_on, place LIMIT 1
    ) AS shortest
) x
WHERE r.gone = '' AND r.district_id = %(district)s
