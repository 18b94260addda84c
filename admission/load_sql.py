"""The statements of the burden meter (admission/load.py); each returns at most one row for a worker or a task."""

from admission.owners import chain

PEOPLE = """
    SELECT person.id, COALESCE(NULLIF(person.display_name, ''), person.username),
        bool_or(post.employment = 'full_time'),
        string_agg(node.name, '、' ORDER BY node.code) FILTER (WHERE node.id = ANY(%(grids)s)),
        count(*) FILTER (WHERE node.id = ANY(%(grids)s))
    FROM grids_post post
    JOIN grids_grid node ON node.id = post.node_id
    JOIN accounts_user person ON person.id = post.user_id AND person.is_active
    WHERE post.starts_on <= %(day)s AND (post.ends_on IS NULL OR post.ends_on >= %(day)s)
        AND (post.user_id = ANY(%(owners)s) OR (post.node_id = ANY(%(grids)s) AND post.role = 'grid_worker'))
    GROUP BY person.id
"""

INCIDENTS = """
    SELECT COALESCE(o.handler_id, o.assignee_id) AS user_id, count(*), sum(effort.minutes)
    FROM workorders_workorder o
    JOIN unnest(%(categories)s::bigint[], %(difficulties)s::text[], %(minutes)s::int[])
        AS effort (category_id, difficulty, minutes)
        ON effort.category_id = o.category_id AND effort.difficulty = o.difficulty
    WHERE o.district_id = %(district)s AND o.reported_at >= %(since)s AND o.kind <> 'task'
        AND COALESCE(o.handler_id, o.assignee_id) = ANY(%(users)s)
    GROUP BY 1
"""

MEDIANS = """
    SELECT task.id, task.minutes, count(done.minutes),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY done.minutes)
    FROM admission_task task
    LEFT JOIN admission_assignment done ON done.task_id = task.id AND done.handed_in_at >= %(since)s
    WHERE task.district_id = %(district)s AND task.state = ANY(%(states)s)
        AND (task.ended_at IS NULL OR task.ended_at >= %(since)s) AND task.ends_on >= %(since)s::date - 60
    GROUP BY task.id
"""

STANDING = f"""
    WITH places AS (
        SELECT weight.task_id, weight.minutes, g.id AS grid_id
        FROM unnest(%(tasks)s::bigint[], %(weights)s::float8[]) AS weight (task_id, minutes)
        JOIN admission_task task ON task.id = weight.task_id
        JOIN grids_grid g ON g.kind = ANY(%(kinds)s)
            AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to >= %(day)s)
            AND ((g.kind = 'base' AND task.in_base) OR (g.kind = 'dedicated' AND task.in_dedicated)
                OR (g.kind = 'micro' AND task.in_micro))
        LEFT JOIN grids_grid above ON above.id = g.parent_id
        WHERE (task.settlement = '' OR COALESCE(NULLIF(g.settlement, ''), above.settlement) = task.settlement)
            AND EXISTS (
                SELECT FROM admission_task_nodes chosen JOIN grids_grid node ON node.id = chosen.grid_id
                WHERE chosen.task_id = task.id AND node.tree_id = g.tree_id AND g.lft BETWEEN node.lft AND node.rght
            )
    ), sums AS (
        SELECT grid_id, sum(minutes) AS minutes FROM places GROUP BY grid_id
    ), owners AS ({chain("SELECT grid_id FROM sums")})
    SELECT owners.user_id, sum(sums.minutes) FROM sums JOIN owners USING (grid_id)
    WHERE owners.user_id = ANY(%(users)s) GROUP BY owners.user_id
"""  # noqa: S608 - put together from our own text

ONCE = """
    SELECT a.worker_id, sum(known.minutes)
    FROM admission_assignment a
    JOIN admission_task task ON task.id = a.task_id AND task.rhythm = %(once)s
    JOIN unnest(%(tasks)s::bigint[], %(minutes)s::float8[]) AS known (task_id, minutes) ON known.task_id = a.task_id
    WHERE a.worker_id = ANY(%(users)s) AND a.issued_at >= %(since)s AND NOT a.is_dropped
    GROUP BY a.worker_id
"""
