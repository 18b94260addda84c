"""Write down what happened to a row of the registers."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from residents.models import Event, FormerValues, House, Household, Organisation, Resident, Step

Subject = Resident | House | Household | Organisation
_COLUMN = {Resident: "resident", House: "house", Household: "household", Organisation: "organisation"}


def note(
    subject: Subject,
    step: Step,
    *,
    actor: User | None,
    now: dt.datetime,
    before: Mapping[str, Any] | None = None,
    words: str = "",
) -> Event:
    """Append one event; `before` holds the old values of the fields that changed and is kept encrypted.

    `words` is a reason for officials and holds nothing that identifies a person.
    """
    district_id = subject.house.district_id if isinstance(subject, Household) else subject.district_id
    event = Event.objects.create(
        district_id=district_id,
        at=now,
        actor=actor,
        step=step,
        fields=sorted(before or {}),
        note=words,
        **{_COLUMN[type(subject)]: subject},
    )
    if before:
        FormerValues.objects.create(event=event, values=json.dumps(dict(before), cls=DjangoJSONEncoder))
    return event
