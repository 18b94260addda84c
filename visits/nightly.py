"""What happens each night, and once a week: due visits renewed, coverage written down, leaders told."""

import datetime as dt
from collections import defaultdict

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import bulk, notices
from accounts.notices import Draft
from grids.models import Grid, Post
from grids.roles import Role
from visits import coverage, planning
from visits.models import WarnedWeek

LEADERS = (Role.GRID_LEADER, Role.COMMUNITY_SECRETARY)
_LOCK = 20_818


def renew(now: dt.datetime | None = None) -> list[planning.Renewed]:
    """Renew the due visits of every district and write down how far each grid is; safe to run again."""
    today = timezone.localdate(now)
    done = []
    for district_id in Grid.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True):
        done.append(planning.renew_district(district_id, today))
        coverage.count_night(district_id, today)
    coverage.forget(today)
    return done


@transaction.atomic
def warn_leaders(now: dt.datetime | None = None) -> int:
    """Tell grid leaders and community secretaries how many in their area are overdue, once a week each.

    Returns how many were told. Set-based: three queries and two statements, whatever the district's size.
    """
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    monday = today - dt.timedelta(days=today.weekday())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    told = set(WarnedWeek.objects.filter(week_on=monday).values_list("user_id", flat=True))
    posts = Post.objects.in_force(today).filter(role__in=LEADERS, unit=None)
    nodes: dict[int, list[int]] = defaultdict(list)
    for user_id, node_id in posts.values_list("user_id", "node_id").order_by("user_id", "node__lft"):
        if user_id not in told:
            nodes[user_id].append(node_id)
    late = coverage.overdue_by_node({pk for ids in nodes.values() for pk in ids}, today)
    sums = {user_id: sum(late.get(pk, 0) for pk in ids) for user_id, ids in nodes.items()}
    hearing = [user_id for user_id, number in sums.items() if number]
    url = reverse("visits:coverage")
    drafts = [
        Draft(user_id, "visits_overdue", {"count": sums[user_id]}, f"{url}?node={nodes[user_id][0]}")
        for user_id in hearing
    ]
    notices.send_many(drafts, now=moment)
    bulk.insert(WarnedWeek, {"user_id": hearing}, {"week_on": monday}, ignore_conflicts=True)
    WarnedWeek.objects.filter(week_on__lt=monday - dt.timedelta(weeks=8)).delete()
    return len(hearing)
