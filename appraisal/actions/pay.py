"""Pay elements set from a month on, and workers' records kept with their history."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from appraisal import pay
from appraisal.errors import Refusal
from appraisal.models import PayElement, RecordChange, WorkerRecord
from appraisal.payroll import may_keep
from appraisal.querysets import PayElementQuerySet
from appraisal.states import Certificate, PayKind
from grids.backends import require
from grids.models import Grid
from grids.roles import Permission

DAY = dt.timedelta(days=1)
EARLIEST_SERVICE = dt.date(1960, 1, 1)


@transaction.atomic
def set_element(
    district: Grid,
    *,
    actor: User | None,
    element: pay.Element,
    valid_from: dt.date,
    replaces: PayElement | None = None,
    now: dt.datetime | None = None,
) -> PayElement:
    """Let an element hold from the first day of a month on; the row that held until then ends the day before.

    Of a kind that the district has no rows of yet, the usual rows are written first, so that changing one level
    leaves the others. A band of results `replaces` the one whose threshold or amount it corrects; without that it is
    one more. Raises Refusal naming the field, PermissionDenied.
    """
    require(actor, Permission.MANAGE_SCHEMES, district)
    _check_limits(element)
    first = valid_from.replace(day=1)
    Grid.objects.select_for_update(no_key=True).get(pk=district.pk)
    _begin_with_usual(district, element.kind, actor)
    held = PayElement.objects.filter(district=district, kind=element.kind, level=element.level)
    if replaces is not None:
        _stop(held.filter(at_least=replaces.at_least), first)
    same = held.filter(at_least=element.at_least)
    if element.kind == PayKind.PERFORMANCE and same.paid_from(first).exists():
        raise Refusal(_("There is a band from this result on already: change that one."), field="at_least")
    _stop(same, first)
    row = PayElement(
        district=district,
        valid_from=first,
        changed_by=actor,
        changed_at=now or timezone.now(),
        **{"kind": element.kind, "level": element.level, "amount": element.amount},
        **{"cap": element.cap, "at_least": element.at_least},
    )
    try:
        row.clean_fields(exclude=["district", "changed_by"])
        row.validate_constraints()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    row.save()
    audit.record(actor, "appraisal.set_element", row, {"kind": element.kind, "from": first.isoformat()})
    return row


@transaction.atomic
def end_band(band: PayElement, *, actor: User | None, valid_from: dt.date) -> None:
    """Let a band of results be paid no more from the first day of a month on. Raises Refusal, PermissionDenied."""
    district = Grid.objects.select_for_update(no_key=True).get(pk=band.district_id)
    require(actor, Permission.MANAGE_SCHEMES, district)
    first = valid_from.replace(day=1)
    held = PayElement.objects.filter(district=district, kind=PayKind.PERFORMANCE, at_least=band.at_least)
    if not held.paid_from(first).exists():
        raise Refusal(_("This band is not paid from that month on anyway."), field="valid_from")
    _stop(held, first)
    audit.record(actor, "appraisal.end_band", district, {"band": str(band.at_least), "from": first.isoformat()})


def _stop(rows: PayElementQuerySet, first: dt.date) -> None:
    """Let these rows hold until the day before this one; those that would only begin then go."""
    rows.filter(valid_from__gte=first).delete()
    rows.paid_from(first).update(valid_to=first - DAY)


def _check_limits(element: pay.Element) -> None:
    if element.cap is not None and element.cap < element.amount:
        raise Refusal(_("The most is below what one year brings."), field="cap")
    if element.kind == PayKind.PART_TIME and element.amount > 100:
        raise Refusal(_("A share is at most 100 percent."), field="amount")


def _begin_with_usual(district: Grid, kind: str, actor: User | None) -> None:
    if PayElement.objects.filter(district=district, kind=kind).exists():
        return
    PayElement.objects.bulk_create(
        PayElement(district=district, valid_from=dt.date(2000, 1, 1), changed_by=actor, **vars(row))
        for row in pay.USUAL
        if row.kind == kind
    )


@transaction.atomic
def keep_record(user: User, *, actor: User, given: dict[str, Any], now: dt.datetime | None = None) -> WorkerRecord:
    """Keep a worker's service date and certificate; what was there before stays in the history.

    `given` names hired_on, certificate, certificate_number, valid_until; what it does not name stays. Nobody keeps
    their own. Raises Refusal naming the field, or PermissionDenied.
    """
    moment = now or timezone.now()
    if actor == user or not may_keep(actor, user):
        raise PermissionDenied(_("Records are kept by another person, at the street or above."))
    WorkerRecord.objects.get_or_create(user=user, defaults={"changed_by": actor, "changed_at": moment})
    record = WorkerRecord.objects.select_for_update(of=("self",)).get(user=user)
    changed = {name: value for name, value in given.items() if getattr(record, name) != value}
    if not changed:
        return record
    before = {name: _plain(name, getattr(record, name)) for name in changed}
    for name, value in changed.items():
        setattr(record, name, value)
    _check(record, set(changed), timezone.localdate(moment))
    record.changed_by, record.changed_at = actor, moment
    record.save()
    after = {name: _plain(name, value) for name, value in changed.items()}
    RecordChange.objects.create(record=record, at=moment, actor=actor, before=before, after=after)
    audit.record(actor, "appraisal.keep_record", record, {"fields": sorted(changed)})
    return record


def _check(record: WorkerRecord, changed: set[str], today: dt.date) -> None:
    if record.hired_on is not None and record.hired_on > today:
        raise Refusal(_("Service cannot begin in the future."), field="hired_on")
    if record.hired_on is not None and record.hired_on < EARLIEST_SERVICE:
        raise Refusal(_("Nobody who works today began before %(day)s.") % {"day": EARLIEST_SERVICE}, field="hired_on")
    if record.certificate not in Certificate.values:
        raise Refusal(_("Choose the level from the list."), field="certificate")
    if record.certificate and not record.certificate_number.strip():
        raise Refusal(_("A certificate has a number."), field="certificate_number")
    if len(record.certificate_number) > 40:
        raise Refusal(_("The number is too long."), field="certificate_number")
    is_new = record.certificate and changed & {"certificate", "certificate_number"}
    if is_new and record.valid_until is not None and record.valid_until < today:
        raise Refusal(_("A certificate that is entered anew is still valid: this day is past."), field="valid_until")


def _plain(name: str, value: Any) -> str:
    if name == "certificate_number":
        return "***" if value else ""
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")
