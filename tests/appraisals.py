"""Makers of appraisal's rows, put there as they are: for lists and sight, not for steps."""

import datetime as dt
import uuid
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.pictures import clean_all
from appraisal.actions.points import attach
from appraisal.models import Assessment, Indicator, Line, Objection, PayElement, PointEntry, PointRule, Result, Scheme
from tests.factories import Line as TreeLine
from tests.pictures import photo


def make_appraisal(line: TreeLine, judged: User) -> dict[str, object]:
    """Make a published period with a scheme, a result of this person, its line, points, and an open objection to it."""
    now = timezone.now()
    first = timezone.localdate().replace(day=1)
    scheme = Scheme.objects.create(
        district=line.district, series=uuid.uuid4(), judged="worker", name="SecretScheme", valid_from=first
    )
    indicator = Indicator.objects.create(scheme=scheme, code="manual", weight=Decimal(100), formula="as_it_is")
    period = Assessment.objects.create(
        district=line.district,
        scheme=scheme,
        series=scheme.series,
        first=first,
        last=first + dt.timedelta(days=27),
        opened_at=now,
    )
    rule = PointRule.objects.create(
        district=line.district, judged="worker", name="SecretReason", least=Decimal(1), most=Decimal(3)
    )
    entry = PointEntry.objects.create(
        assessment=period,
        rule=rule,
        user=judged,
        node=line.base,
        points=Decimal(2),
        words="SecretDeed",
        happened_on=first,
        given_at=now,
    )
    attach(entry, clean_all([photo()]), now)
    result = Result.objects.create(
        assessment=period, user=judged, node=line.base, group="urban", total=Decimal(80), rank=1, group_size=1
    )
    row = Line.objects.create(result=result, indicator=indicator, numerator=Decimal(80), points=Decimal(80))
    objection = Objection.objects.create(
        result=result, line=row, reason="facts", words="SecretObjection", raised_by=judged, raised_at=now
    )
    Assessment.objects.filter(pk=period.pk).update(
        state="published", published_at=now, objections_until=now + dt.timedelta(days=5)
    )
    unopened = Scheme.objects.create(
        district=line.district, series=uuid.uuid4(), judged="unit", name="SecretPlan", valid_from=first
    )
    return {
        "scheme": scheme,
        "unopened": unopened,
        "appraised": period,
        "mark_of": indicator,
        "point_rule": rule,
        "point_entry": entry,
        "point_photo": entry.photos.get(),
        "result": result,
        "result_line": row,
        "objection": objection,
        "band": PayElement.objects.create(
            district=line.district, kind="performance", at_least=Decimal(90), amount=Decimal(300), valid_from=first
        ),
    }
