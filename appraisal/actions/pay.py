"""Pay elements set from a month on, and workers' records kept with their history."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from appraisal import pay
from appraisal.errors import Refusal
from appraisal.models import PayElement, RecordChange, WorkerRecord
from appraisal.payroll import may_keep
from appraisal.states import Certificate
from grids.backends import require
from grids.models import Grid
from grids.roles import Permission

DAY = dt.timedelta(days=1)


@transaction.atomic
def set_element(
    district: Grid, *, actor: User | None, element: pay.Element, valid_from: dt.date, now: dt.datetime | None = None
) -> PayElement:
    """Let an element hold from the first day of a month on; the row that held until then ends the day before.

    Of a kind that the district has no rows of yet, the usual rows are written first, so that changing one level
    leaves the others. Raises Refusal, PermissionDenied.
    """
    require(actor, Permission.MANAGE_SCHEMES, district)
    first = valid_from.replace(day=1)
    Grid.objects.select_for_update(no_key=True).get(pk=district.pk)
    _begin_with_usual(district, element.kind, actor)
    same = PayElement.objects.filter(
        district=district, kind=element.kind, level=element.level, at_least=element.at_least
    )
    same.filter(valid_from__gte=first).delete()
    same.filter(Q(valid_to=None) | Q(valid_to__gte=first)).update(valid_to=first - DAY)
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
    _check(record, timezone.localdate(moment))
    record.changed_by, record.changed_at = actor, moment
    record.save()
    after = {name: _plain(name, value) for name, value in changed.items()}
    RecordChange.objects.create(record=record, at=moment, actor=actor, before=before, after=after)
    audit.record(actor, "appraisal.keep_record", record, {"fields": sorted(changed)})
    return record


def _check(record: WorkerRecord, today: dt.date) -> None:
    if record.hired_on is not None and record.hired_on > today:
        raise Refusal(_("Service cannot begin in the future."), field="hired_on")
    if record.certificate not in Certificate.values:
        raise Refusal(_("Choose the level from the list."), field="certificate")
    if record.certificate and not record.certificate_number.strip():
        raise Refusal(_("A certificate has a number."), field="certificate_number")
    if len(record.certificate_number) > 40:
        raise Refusal(_("The number is too long."), field="certificate_number")


def _plain(name: str, value: Any) -> str:
    if name == "certificate_number":
        return "***" if value else ""
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")
