"""The timers: whistles remind in time and record who did not come; a meeting's decision that is overdue gives notice.

A sweep claims whistles and reviews (`FOR UPDATE SKIP LOCKED`), as every act on one does, so that any number of
workers and people may be at it; `next_at` moves on with what was done, so that a sweep that runs twice does nothing
twice.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.notices import Draft
from coordination.models import JointReview, ReviewEntry, Summons, Whistle, WhistleEvent
from coordination.people import everybody, leaders
from coordination.states import Act, Attendance, Entry
from grids.roles import Permission
from workorders import people

BATCH = 500


@dataclass
class Done:
    warned: int = 0
    absent: int = 0
    overdue: int = 0


def run(now: dt.datetime | None = None, *, batch: int = BATCH) -> Done:
    """Do everything that is due by now; returns how many whistles were reminded of, how many units were absent, how
    many meetings' decisions are overdue."""
    moment, done = now or timezone.now(), Done()
    while _sweep_batch(moment, done, batch):
        pass
    while _sweep_reviews(moment, done, batch):
        pass
    return done


@transaction.atomic
def _sweep_batch(now: dt.datetime, done: Done, size: int) -> bool:
    claimed = list(Whistle.objects.due(now).select_for_update(skip_locked=True)[:size])
    if not claimed:
        return False
    awaited: dict[int, list[Summons]] = defaultdict(list)
    for summons in Summons.objects.filter(whistle__in=claimed, attendance=Attendance.AWAITED).order_by("id"):
        awaited[summons.whistle_id].append(summons)
    over = [whistle for whistle in claimed if now > whistle.due_at]
    soon = [whistle for whistle in claimed if now <= whistle.due_at]
    drafts = _remind(soon, awaited, now) + _absent(over, awaited, now)
    notices.send_many(drafts, now=now)
    done.warned += len(soon)
    done.absent += sum(len(awaited[whistle.pk]) for whistle in over)
    return True


def _remind(soon: list[Whistle], awaited: dict[int, list[Summons]], now: dt.datetime) -> list[Draft]:
    of = people.of_units({s.unit_id for whistle in soon for s in awaited[whistle.pk]}, now)
    drafts: list[Draft] = []
    for whistle in soon:
        whistle.warned_at, whistle.next_at = now, whistle.due_at + dt.timedelta(microseconds=1)
        who = everybody(of, (summons.unit_id for summons in awaited[whistle.pk]))
        drafts += _drafts(whistle, "whistle_due_soon", who)
    Whistle.objects.bulk_update(soon, ["warned_at", "next_at"])
    return drafts


def _absent(over: list[Whistle], awaited: dict[int, list[Summons]], now: dt.datetime) -> list[Draft]:
    missing = [summons for whistle in over for summons in awaited[whistle.pk]]
    led = leaders({summons.unit_id for summons in missing}, now)
    drafts: list[Draft] = []
    for whistle in over:
        whistle.next_at, whistle.version = None, whistle.version + 1
        units = [summons.unit_id for summons in awaited[whistle.pk]]
        drafts += _drafts(whistle, "whistle_absent", everybody(led, units))
        if units:
            drafts += _drafts(whistle, "whistle_units_absent", [whistle.blown_by_id], count=len(units))
    Whistle.objects.bulk_update(over, ["next_at", "version"])
    Summons.objects.filter(pk__in=[summons.pk for summons in missing]).update(
        attendance=Attendance.ABSENT, absent_at=now
    )
    WhistleEvent.objects.bulk_create(
        WhistleEvent(whistle_id=summons.whistle_id, at=now, act=Act.ABSENT, unit_id=summons.unit_id)
        for summons in missing
    )
    return drafts


def _drafts(whistle: Whistle, kind: str, user_ids: list[int], **more: int) -> list[Draft]:
    params = {"number": whistle.number, **more}
    return [Draft(user_id, kind, params, whistle.get_absolute_url(), is_urgent=True) for user_id in user_ids]


@transaction.atomic
def _sweep_reviews(now: dt.datetime, done: Done, size: int) -> bool:
    """Tell the level, once, that its meeting should have decided."""
    claimed = list(JointReview.objects.due(now).select_for_update(skip_locked=True)[:size])
    if not claimed:
        return False
    staff = people.at_nodes({review.node_id for review in claimed}, Permission.REVIEW, now)
    drafts: list[Draft] = []
    for review in claimed:
        review.next_at = None
        told = {review.convened_by_id, *staff.get(review.node_id, ())}
        params, url = {"number": review.number}, review.get_absolute_url()
        drafts += [Draft(user_id, "review_overdue", params, url) for user_id in sorted(told)]
    JointReview.objects.bulk_update(claimed, ["next_at"])
    ReviewEntry.objects.bulk_create(ReviewEntry(review=review, at=now, kind=Entry.OVERDUE) for review in claimed)
    notices.send_many(drafts, now=now)
    done.overdue += len(claimed)
    return True
