"""Whose marks by hand stand in a period, and who of one's area still has none."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from appraisal import subjects
from appraisal.models import Assessment, Indicator, Mark
from appraisal.querysets import under
from appraisal.states import Judged
from appraisal.subjects import Subject
from grids.backends import standing_for
from grids.models import Grid, Unit
from grids.roles import Permission


@dataclass(frozen=True)
class Marking:
    """The marks of one indicator, for who gives them: keys of those that count, and of whom has none."""

    judged: str
    given: list[int]
    missing: dict[int, Subject]

    @property
    def marks(self) -> QuerySet[Mark]:
        read = Mark.objects.filter(pk__in=self.given).select_related("user", "unit__node", "given_by")
        return read.defer("unit__node__boundary", "unit__node__duties")

    @property
    def waiting(self) -> QuerySet[Any]:
        """Return the workers or units without a mark."""
        everybody: QuerySet[Any] = Unit.objects.all() if self.judged == Judged.UNIT else User.objects.all()
        return everybody.filter(pk__in=self.missing)

    def node_names(self, rows: list[Any]) -> dict[int, str]:
        """Return where each of these is judged, by key."""
        nodes = {row.pk: self.missing[row.pk].node_id for row in rows}
        names = dict(Grid.objects.filter(pk__in=nodes.values()).values_list("pk", "name"))
        return {key: names[node_id] for key, node_id in nodes.items()}


def of(period: Assessment, indicator: Indicator, actor: User) -> Marking:
    """Return how far the marks of an indicator are in this person's area: three queries."""
    judged = period.scheme.judged
    column = "unit_id" if judged == Judged.UNIT else "user_id"
    area = set(Grid.objects.filter(under(standing_for(actor), Permission.APPRAISE, "")).values_list("pk", flat=True))
    everybody = subjects.judged_in(period.district, judged, period.period)
    mine = {key: subject for key, subject in everybody.items() if subject.node_id in area}
    marks = period.marks.filter(indicator=indicator).order_by("id")
    newest: dict[int, int] = dict(marks.values_list(column, "pk"))
    missing = {key: subject for key, subject in mine.items() if key not in newest}
    return Marking(judged, [pk for key, pk in newest.items() if key in mine], missing)
