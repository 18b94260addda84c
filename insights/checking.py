"""Each night: are the figures of the last weeks what the apps' own rows say? What is not is put right, and told."""

import datetime as dt
import logging

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notices
from grids.models import Grid, Post
from grids.roles import Role
from insights import counting, rolling
from insights.models import Check

log = logging.getLogger(__name__)
LOOKED_BACK = dt.timedelta(days=35)
"""A month's circular is made of days that were looked at."""
TOLD = (Role.DUTY_CHIEF, Role.SYS_ADMIN)


def check_all(now: dt.datetime | None = None) -> list[Check]:
    """Check every district; returns what was found in each."""
    moment = now or timezone.now()
    return [check(district, moment) for district in rolling.districts()]


def check(district: Grid, now: dt.datetime) -> Check:
    """Compare the last 35 days with their source, put right what differs, and tell who answers for the figures.

    What moves while it is compared looks wrong too: days that differ are brought in step and compared a second time,
    in the transaction that puts them right.
    """
    today = timezone.localdate(now)
    span = max(today - LOOKED_BACK, min(rolling.first_day(district, today), today)), today
    rolling.refresh_district(district, now)
    days = counting.differences(district, *span, now)
    with transaction.atomic():
        still = _put_right(district, sorted(days), now) if days else {}
        done = Check.objects.create(
            **{"district": district, "at": now, "first_on": span[0], "last_on": span[1]},
            **{"days": len(still), "rows": sum(still.values())},
        )
        if still:
            _tell(done, sorted(still))
    return done


def _put_right(district: Grid, days: list[dt.date], now: dt.datetime) -> dict[dt.date, int]:
    rolling.hold(district)
    rolling.refresh_district(district, now)
    still = counting.differences(district, days[0], days[-1], now)
    counting.count(district, counting.everything(still), now)
    return still


def _tell(done: Check, days: list[dt.date]) -> None:
    log.error("%d figures of %d days differed from their source", done.rows, done.days)
    detail = {"rows": done.rows, "days": [day.isoformat() for day in days]}
    audit.record(None, "insights.put_right", done.district, detail)
    posts = Post.objects.in_force(timezone.localdate(done.at)).filter(node=done.district, unit=None, role__in=TOLD)
    people = sorted(set(posts.values_list("user_id", flat=True)))
    notices.send(people, "figures_put_right", {"count": done.rows}, reverse("insights:keeping"), now=done.at)
