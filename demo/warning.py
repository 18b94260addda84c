"""The early warnings that follow from the demo's own rows, and what was decided on some of them.

Every kind of rule finds something: a small demo asks for less before it warns, in rows of the district's own, and the
checks of a few key sites have expired. One warning becomes an order, others are dismissed, and one rule warned so often
in vain that its page proposes to retire it.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any

from accounts.models import Notification, User
from alerts import actions, explaining, rules, sweeps
from alerts.models import EarlyWarning
from alerts.states import DismissReason, RuleKind
from grids.backends import standing_for
from grids.models import Grid
from residents.models import Organisation
from workorders.models import Category

DAY = dt.timedelta(days=1)
SMALL = 0.1
"""Below this share of a district's orders the shipped numbers would keep every rule of counts quiet."""
OF_A_SMALL_DISTRICT: dict[str, dict[str, Any]] = {
    "rate-community": {"least": 3, "percent": 150, "one_in": 100},
    "rate-street-day": {"least": 3, "percent": 150, "one_in": 50},
    "returns-street": {"least": 3, "percent": 150, "one_in": 50},
    "backlog-community": {"least": 2, "points": 5},
}
VAIN = "rate-street-day"
EXPIRED = (370, 352, 340)
"""Days since the fire check of that many key sites."""
USUAL_CATEGORY = "S10"
STAY_OPEN = 1
"""Orders made here that are open; the theatre leaves room for them."""
DECIDED = (
    (RuleKind.CHECKS, DismissReason.KNOWN, "消防部门已在复查"),
    (RuleKind.PLACE, DismissReason.HANDLED, "已安排巡查，逐件处置中"),
    (RuleKind.RATE, DismissReason.KNOWN, "社区已开展专项整治"),
    (RuleKind.TIER_VISITS, DismissReason.HANDLED, "社区已制定补访计划"),
    (RuleKind.TIER_VISITS, DismissReason.FALSE, "走访已完成，记录补录中"),
)


def warn(district: Grid, now: dt.datetime, scale: float) -> int:
    """Sweep as the hourly task does, yesterday and now, and decide on some of what was found; returns how many."""
    _let_checks_expire(district, now)
    if scale < SMALL:
        _ask_for_less(district, now - 60 * DAY)
    chief = User.objects.get(username="dispatcher")
    found = 0
    for moment in (now - DAY, now):
        found += len(sweeps.sweep(district, moment).found)
        _dismiss_in_vain(district, chief, moment)
    _decide(district, chief, now)
    Notification.objects.filter(email_due_at__isnull=False).update(email_due_at=None)  # the demo sends no mail
    return found


def _let_checks_expire(district: Grid, now: dt.datetime) -> None:
    sites = Organisation.objects.filter(district=district, is_key_site=True, closed_on=None).order_by("pk")
    for site, days in zip(sites.only("pk")[: len(EXPIRED)], EXPIRED, strict=False):
        Organisation.objects.filter(pk=site.pk).update(fire_checked_on=now.date() - days * DAY)


def _ask_for_less(district: Grid, since: dt.datetime) -> None:
    keeper = User.objects.get(username="admin")
    for code, watch in rules.of(district.pk).items():
        if code in OF_A_SMALL_DISTRICT:
            parameters = watch.given.all() | OF_A_SMALL_DISTRICT[code]
            least = 3 if code == VAIN else watch.retire_after
            wanted = replace(watch, parameters=parameters, retire_after=least)
            rules.set_rule(district, wanted, actor=keeper, note="试点期间按辖区体量下调阈值", now=since)


def _dismiss_in_vain(district: Grid, chief: User, now: dt.datetime) -> None:
    for row in EarlyWarning.objects.filter(district=district, rule=VAIN).open().order_by("pk"):
        actions.dismiss(row, actor=chief, reason=DismissReason.FALSE, note="当日集中录入，非实际增多", now=now)


def _decide(district: Grid, chief: User, now: dt.datetime) -> None:
    waiting: dict[str, list[EarlyWarning]] = defaultdict(list)
    in_turn = ("found_at", "node__code", "category__code", "pk")  # keys differ from one load to the next
    for row in EarlyWarning.objects.filter(district=district).open().with_names().order_by(*in_turn):
        waiting[row.kind].append(row)
    for row in [row for kind in RuleKind for row in waiting[kind]][:STAY_OPEN]:
        words, category = explaining.description(row, standing_for(chief)), None
        if row.category is None:
            category = Category.objects.get(code=USUAL_CATEGORY)
        note = "情况属实，请社区核实处置"
        actions.confirm(row, actor=chief, category=category, description=words, note=note, now=now)
        waiting[row.kind].remove(row)
    for row in waiting[RuleKind.TOPIC]:
        if row.topic is not None and row.topic.order_id is not None:
            actions.confirm(row, actor=chief, note="已并入热点事项一并办理", now=now)
    for kind, reason, note in DECIDED:
        if len(waiting[kind]) > 1:
            actions.dismiss(waiting[kind].pop(), actor=chief, reason=reason, note=note, now=now)
