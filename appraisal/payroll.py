"""The month's payroll: who is paid what beside the wage, by which rows; and whose records one keeps."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.workbooks import Workbook
from appraisal import pay
from appraisal.models import PayElement, Result, WorkerRecord
from appraisal.states import PeriodState
from grids.backends import standing_for
from grids.models import Employment, Grid, Kind, Post
from grids.querysets import PostQuerySet
from grids.roles import Permission, Role

PAID = (Role.GRID_WORKER, Role.GRID_LEADER)
OFFICES = frozenset({Kind.STREET, Kind.DISTRICT})


@dataclass(frozen=True)
class Paid:
    """One line of the payroll."""

    post: Post
    record: WorkerRecord | None
    pay: pay.Pay

    @property
    def remark(self) -> str:
        if self.record is None or self.record.hired_on is None:
            return _("no service date recorded")
        return _("part-time") if self.post.employment == Employment.PART_TIME else ""


def offices(user: User) -> list[Grid]:
    """Return the streets and districts whose payroll a person takes along, by their posts."""
    who = standing_for(user)
    kept = {*who.nodes(Permission.APPRAISE), *who.nodes(Permission.MANAGE_SCHEMES)}
    keys = {post.node_id for post in kept if post.unit_id is None and post.kind in OFFICES}
    return list(Grid.objects.filter(pk__in=keys).defer("boundary", "duties").order_by("lft"))


def may_keep(actor: User, user: User) -> bool:
    """Say whether a person keeps the record of a worker: a post of theirs lies under one's office."""
    return any(_in(office).filter(user=user, role__in=PAID).exists() for office in offices(actor))


def _in(office: Grid) -> PostQuerySet:
    return Post.objects.filter(node__tree_id=office.tree_id, node__lft__gte=office.lft, node__lft__lte=office.rght)


def workers(office: Grid, day: dt.date) -> PostQuerySet:
    """Return the posts of an office's workers on a day, one for each person: the primary, then the longest held."""
    held = _in(office).in_force(day).filter(role__in=PAID)
    first = held.order_by("user_id", "-is_primary", "starts_on", "id").distinct("user_id").values("pk")
    return Post.objects.filter(pk__in=first)


def elements_of(district_id: int, day: dt.date) -> list[pay.Element]:
    """Return the elements in force on a day: the district's rows of each kind, else the usual ones: one query."""
    rows = PayElement.objects.paid_on(day).filter(district=district_id)
    own = [pay.Element(row.kind, row.amount, row.level, row.cap, row.at_least) for row in rows]
    kinds = {row.kind for row in own}
    return [*own, *(row for row in pay.USUAL if row.kind not in kinds)]


def of_month(posts: Iterable[Post], district_id: int, month: dt.date) -> list[Paid]:
    """Return the lines of these posts for the month in which a day lies: three queries."""
    end = pay.month_end(month)
    held = list(posts)
    users = [post.user_id for post in held]
    elements = elements_of(district_id, end)
    records = {record.user_id: record for record in WorkerRecord.objects.filter(user__in=users)}
    totals = _totals(users, district_id, end)
    return [
        Paid(post, record, pay.reckon(_service(post, record, totals.get(post.user_id)), elements, end))
        for post in held
        for record in [records.get(post.user_id)]
    ]


def _totals(users: list[int], district_id: int, end: dt.date) -> dict[int | None, Decimal | None]:
    """Return the total of each worker in the newest final period that ended by then; where several schemes' ended on
    the same day, that of the shortest, and of equally long ones the highest."""
    final = Result.objects.filter(
        user__in=users, assessment__state=PeriodState.FINAL, assessment__last__lte=end, assessment__district=district_id
    )
    recent = final.filter(assessment__last__gt=end - dt.timedelta(days=366))
    best_last = recent.order_by("assessment__last", "assessment__first", F("total").asc(nulls_first=True))
    return dict(best_last.values_list("user_id", "total"))


def _service(post: Post, record: WorkerRecord | None, total: Decimal | None) -> pay.Service:
    is_part_time = post.employment == Employment.PART_TIME
    if record is None:
        return pay.Service(None, is_part_time=is_part_time, total=total)
    return pay.Service(record.hired_on, record.certificate, record.valid_until, is_part_time, total)


def write(office: Grid, month: dt.date, rows: Iterable[Paid]) -> IO[bytes]:
    """Return the payroll as an open workbook: number, name, post, elements, sum."""
    title = _("Payroll elements %(month)s") % {"month": f"{month:%Y-%m}"}
    book = Workbook(_("Payroll"), widths=[18, 14, 14, 36, 12, 8, 12, 12, 12, 12, 24], frozen_rows=2)
    book.add([f"{office.name} · {title}"], bold=True)
    heads = (
        _("Employee number"),
        pgettext("of a person", "Name"),
        _("Post"),
        _("Grid"),
        _("In service since"),
        _("Full years"),
    )
    sums = (_("Seniority"), _("Certificate"), _("Performance"), _("Sum"), _("Remark"))
    book.add([*heads, *sums], bold=True)
    for row in rows:
        post, person = row.post, row.post.user
        since = row.record.hired_on if row.record is not None else None
        who = (person.employee_number, person.display_name, post.get_role_display(), post.node.name)
        amounts = (row.pay.seniority, row.pay.certificate, row.pay.performance, row.pay.sum)
        book.add([*who, since, row.pay.years, *amounts, row.remark])
    return book.file()
