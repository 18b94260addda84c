"""Makers of visits, log entries and reports, through the product's own actions; all synthetic."""

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts.models import User
from residents.models import House, Organisation, Resident
from tests.factories import Line
from tests.pictures import photo
from tests.registers import make_house, make_organisation, make_resident
from visits import actions
from visits.models import LogEntry, Report, Visit
from workorders import photos


def make_visit(subject: House | Resident | Organisation, by: User, outcome: str = "met", **fields: Any) -> Visit:
    """Record a visit as a person does; of a house everybody who lives there is named unless told."""
    if isinstance(subject, House) and "people" not in fields:
        fields["people"] = list(subject.residents.here())
    return actions.record(subject, actor=by, outcome=outcome, **{"client_uuid": uuid.uuid4()} | fields)


def make_entry(line: Line, by: User, **fields: Any) -> LogEntry:
    usual: dict[str, Any] = {"kind": "demand", "text": "路灯坏了", "client_uuid": uuid.uuid4()}
    return actions.write_entry(fields.pop("subject", line.base), actor=by, **usual | fields)


def make_visited(line: Line) -> SimpleNamespace:
    """Make a home, somebody without one, an organisation, and what came of visiting them, for tests of access."""
    house = make_house(line.base, address="SecretHome")
    resident = make_resident(house, name="SecretNeighbour")
    homeless = make_resident(house, name="SecretGuest")
    Resident.objects.filter(pk=homeless.pk).update(house=None)
    return SimpleNamespace(
        house=house,
        resident=resident,
        homeless=homeless,
        organisation=make_organisation(line.base, name="SecretShop"),
        visit=(visit := make_visit(house, line.worker, photos=[photos.clean(photo())])),
        photo=visit.photos.get(),
        entry=make_entry(line, line.worker, text="SecretWord"),
        report=make_report(line),
    )


def make_report(line: Line, day: dt.date | None = None) -> Report:
    return actions.submit_report(
        line.base, actor=line.worker, period="day", day=day or timezone.localdate(), text="SecretReport"
    )
