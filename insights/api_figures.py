"""`/api/v1/insights/figures/`: what the dashboard of an area shows, with numerator and denominator."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Permission
from hotline.periods import Length, Period
from insights import access, board
from insights.cells import Cell, Change, Table, Unit


class FiguresIn(serializers.Serializer[Any]):
    node = serializers.IntegerField(required=False, help_text="a node of your area; else that of your post")
    length = serializers.ChoiceField(Length.choices, required=False, help_text="month unless told")
    on = serializers.DateField(required=False, help_text="a day of the period that is meant; today unless told")
    first = serializers.DateField(required=False, help_text="of a custom period")
    last = serializers.DateField(required=False)


class NumberOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    key = serializers.CharField(help_text="what of it, where the figure is split")
    when = serializers.ChoiceField([(when, when) for when in ("now", "before", "year")])
    unit = serializers.ChoiceField([(unit.value, unit.value) for unit in Unit])
    numerator = serializers.DecimalField(
        max_digits=20, decimal_places=2, allow_null=True, help_text="seconds for hours; null where it is not shown"
    )
    denominator = serializers.IntegerField(allow_null=True)
    value = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)


class AreaFigureOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    meaning = serializers.CharField(help_text="what is counted, or divided by what")
    numbers = NumberOut(many=True)
    change = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="to the period before: percent, of rates points"
    )
    year_change = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)


class RowOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    node = serializers.IntegerField(allow_null=True)
    numbers = NumberOut(many=True)


class TableOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    meaning = serializers.CharField()
    rows = RowOut(many=True)


class DaysOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class FiguresOut(serializers.Serializer[Any]):
    node = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    now = DaysOut()
    before = DaysOut()
    year = DaysOut()
    is_running = serializers.BooleanField(help_text="compared with as many days of the others as have gone of it")
    figures = AreaFigureOut(many=True)
    tables = TableOut(many=True)


class FiguresView(APIView):
    """Figures of an area in a period, beside those of the period and of the year before."""

    @extend_schema(parameters=[FiguresIn], responses={200: FiguresOut})
    def get(self, request: Request) -> Response:
        """Return what the dashboard of a node shows; small numbers are null for who sees aggregates only."""
        user = person(request)
        if not standing_for(user).has(Permission.VIEW_INSIGHTS):
            raise PermissionDenied(_("Your posts do not open this page."))
        given = FiguresIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        node = access.node_for(user, given.validated_data.get("node"))
        shown, wanted = board.BoardForm(request.query_params).wanted(timezone.localdate())
        made = board.build(node, shown, wanted, user)
        answer = {
            **{"node": node.pk, "name": node.name, "kind": node.kind, "is_running": shown.is_running},
            **{"now": _days(shown.now), "before": _days(shown.before), "year": _days(shown.year_before)},
            "figures": [
                {
                    **{"title": one.entry.label, "meaning": one.entry.meaning},
                    "numbers": [_number(cell) for cell in (one.now, one.before, one.year)],
                    **{"change": one.change.value, "year_change": one.year_change.value},
                }
                for one in made.headline
            ],
            "tables": [_table(table) for table in made.tables],
        }
        return Response(FiguresOut(answer).data)


def _days(period: Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}


def _table(table: Table) -> dict[str, Any]:
    rows = [{"title": str(row.label), "node": row.node, "numbers": _numbers(row.cells)} for row in table.rows]
    return {"name": table.slug, "title": str(table.title), "meaning": str(table.meaning), "rows": rows}


def _numbers(cells: Any) -> list[dict[str, Any]]:
    return [_number(cell) for cell in cells if not isinstance(cell, Change)]


def _number(cell: Cell) -> dict[str, Any]:
    return {name: getattr(cell, name) for name in ("name", "key", "when", "unit", "numerator", "denominator", "value")}
