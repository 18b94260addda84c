"""What the platform is told: state, answer, unit, extension and return of each of its orders, when they change.

Every telling is a row of a stream that is never changed (`ExchangeStatus`); rows are written under a lock of the
district, so that their numbers rise in the order in which they become visible. A file holds what was told since the
last one, a partner asks for what came after the number that it has (`cursor`); both may ask again.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, crypto
from accounts.models import User
from grids.errors import Refused
from grids.models import Grid
from hotline.exchange import writing
from hotline.exchange.actions import may_exchange
from hotline.exchange.states import Direction, PlatformState, RunState, Way
from hotline.exchange.words import SENT_STATES
from hotline.models import ExchangeMark, ExchangeRun, ExchangeStatus, Request, RequestEvent
from hotline.states import Act, RequestState
from workorders.models import Approval
from workorders.states import ApprovalKind, ApprovalState

_LOCK = 20_853
STILL_TOLD = dt.timedelta(days=90)
"""So long after its end a request is looked at for changes."""
COLUMNS = {
    "platform_no": "工单编号",
    "number": "区县编号",
    "state": "工单状态",
    "state_at": "状态时间",
    "unit": "办理单位",
    "reply": "答复内容",
    "answered_at": "答复时间",
    "due_at": "截止时间",
    "extended_to": "延期至",
    "return_reason": "退回原因",
}
"""The platform's headings, by field; Chinese in every language."""
_STATE = {
    RequestState.RECEIVED: PlatformState.RECEIVED,
    RequestState.DISPATCHED: PlatformState.WORKING,
    RequestState.ANSWERED: PlatformState.ANSWERED,
    RequestState.CLOSED: PlatformState.CLOSED,
    RequestState.REFUSED: PlatformState.RETURNED,
    RequestState.MERGED: PlatformState.WORKING,
}
_FACTS = (
    *("pk", "platform_no", "number", "version", "state", "answer", "answered_at", "due_at", "platform_row__state"),
    *("order_id", "order__state", "order__lead_unit__name", "order__accountable_unit__name", "order__holder__name"),
    *("order__whole_due_at", "exchangemark__stamp"),
)


@transaction.atomic
def renew(district: Grid, now: dt.datetime) -> int:
    """Write down what has changed since the platform was last told; returns how many requests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district.pk])
    changed = list(_changed(district, now))
    if not changed:
        return 0
    seal = crypto.sealer().seal
    statuses = [
        (facts["pk"], facts["platform_no"], cells["state"], seal(json.dumps(cells, ensure_ascii=False)))
        for facts, cells in _told(changed)
    ]
    constants = {"district_id": district.pk, "at": now}
    writing.copy(ExchangeStatus, ("matter_id", "platform_no", "state", "sealed"), statuses, constants)
    ExchangeMark.objects.bulk_create(
        [ExchangeMark(matter_id=facts["pk"], stamp=stamp_of(facts)) for facts in changed],
        update_conflicts=True,
        unique_fields=["matter"],
        update_fields=["stamp"],
        batch_size=2000,
    )
    return len(changed)


def _changed(district: Grid, now: dt.datetime) -> Iterable[dict[str, Any]]:
    """Yield the facts of the platform's requests that are no longer as it was told."""
    rows = Request.objects.filter(district=district).exclude(platform_no="").exclude(platform_row__has_key="history")
    rows = rows.filter(Q(closed_at=None) | Q(closed_at__gt=now - STILL_TOLD)).order_by("pk")
    for facts in rows.values("exchangemark__stamp", *_FACTS).iterator(chunk_size=2000):
        if facts["exchangemark__stamp"] != stamp_of(facts):
            yield facts


def stamp_of(facts: dict[str, Any]) -> str:
    """Return a mark of how a request stands, equal as long as there is nothing new to tell."""
    order = f"{facts['order__state']} {facts['order__whole_due_at']:%m%d%H%M}" if facts["order_id"] else ""
    return f"{facts['version']} {facts['state']} {facts['due_at']:%m%d%H%M} {order}"[:120]


def _told(changed: Sequence[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], dict[str, str]]]:
    """Yield each request's facts with the cells that the platform gets: three queries for all."""
    keys = [facts["pk"] for facts in changed]
    events = RequestEvent.objects.filter(matter__in=keys)
    moved = dict(events.values_list("matter").annotate(at=Max("at")))
    refused = dict(events.filter(act=Act.REFUSE).order_by("id").values_list("matter_id", "note"))
    granted = Approval.objects.filter(
        order__in=[facts["order_id"] for facts in changed if facts["order_id"]],
        kind=ApprovalKind.EXTENSION,
        state__in=[ApprovalState.GRANTED, ApprovalState.CHANGED],
    )
    extended = dict(granted.order_by("id").values_list("order_id", "granted_until"))
    for facts in changed:
        state = _STATE[RequestState(facts["state"])]
        if facts["platform_row__state"] == PlatformState.WITHDRAWN:
            state = PlatformState.WITHDRAWN
        is_returned = state == PlatformState.RETURNED
        unit = facts["order__lead_unit__name"] or facts["order__accountable_unit__name"] or facts["order__holder__name"]
        yield (
            facts,
            {
                "platform_no": facts["platform_no"],
                "number": facts["number"],
                "state": state.value,
                "state_at": _moment(moved.get(facts["pk"])),
                "unit": unit or "",
                "reply": facts["answer"],
                "answered_at": _moment(facts["answered_at"]),
                "due_at": _moment(facts["due_at"]),
                "extended_to": _moment(extended.get(facts["order_id"])),
                "return_reason": refused.get(facts["pk"], "") if is_returned else "",
            },
        )


def _moment(at: dt.datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


@transaction.atomic
def export(district: Grid, *, actor: User | None, now: dt.datetime) -> ExchangeRun:
    """Begin an export of what has changed since the last one. Raises Refused where nothing has."""
    may_exchange(actor, district)
    renew(district, now)
    earlier = ExchangeRun.objects.filter(district=district, direction=Direction.OUT, way=Way.FILE)
    after = earlier.aggregate(last=Max("upto"))["last"] or 0
    told = ExchangeStatus.objects.filter(district=district, id__gt=after)
    upto = told.aggregate(last=Max("id"))["last"]
    if upto is None:
        raise Refused(_("Nothing has changed since the last export."))
    item = ExchangeRun(district=district, direction=Direction.OUT, way=Way.FILE, actor=actor, began_at=now)
    item.state, item.ended_at, item.after, item.upto = RunState.DONE, now, after, upto
    item.counts = count(rows_of(item))
    item.rows_done = sum(item.counts.values())
    item.save()
    audit.record(actor, "hotline.exchange_out", item, {"counts": item.counts})
    return item


def count(statuses: "QuerySet[ExchangeStatus]") -> dict[str, int]:
    """Count statuses by state."""
    counts: dict[str, int] = {}
    for state in statuses.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def rows_of(run: ExchangeRun) -> "QuerySet[ExchangeStatus]":
    """Return what an export holds: of each request the last that was told in its span."""
    span = ExchangeStatus.objects.filter(district=run.district_id, id__gt=run.after, id__lte=run.upto)
    last = span.values("matter").annotate(last=Max("id")).values("last")
    return ExchangeStatus.objects.filter(id__in=last).order_by("id")


def cells_of(status: ExchangeStatus) -> dict[str, str]:
    """Return the cells that the platform gets, the state in its own words."""
    cells: dict[str, str] = json.loads(status.sealed)
    return cells | {"state": SENT_STATES[PlatformState(cells["state"])]}


@transaction.atomic
def tell_again(status: ExchangeStatus, *, actor: User | None) -> None:
    """Have the platform told of a request again, as it now stands, with the next export or the next question."""
    may_exchange(actor, Grid.objects.get(pk=status.district_id))
    ExchangeMark.objects.filter(matter=status.matter_id).delete()
    audit.record(actor, "hotline.exchange_again", status, {"matter": status.matter_id})
