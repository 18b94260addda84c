"""`/api/v1/insights/`: rankings with what decides each place."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.tokens import person
from grids.backends import standing_for
from grids.roles import Permission
from hotline.periods import Length
from insights import access, figures, ranking_pages, rankings
from insights.forms import RankingForm
from insights.ranking_pages import Group, Level, Row, SizeBy
from insights.rankings import Size, Unplaced


class RankingIn(serializers.Serializer[Any]):
    node = serializers.IntegerField(required=False, help_text="a node of your area; else that of your post")
    level = serializers.ChoiceField(Level.choices, required=False)
    rate = serializers.CharField(required=False, help_text=", ".join(figures.FORMULAS))
    size_by = serializers.ChoiceField(SizeBy.choices, required=False)
    length = serializers.ChoiceField(Length.choices, required=False)
    on = serializers.DateField(required=False, help_text="a day of the week, month, quarter or year that is meant")
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)


KEPT = "null where small numbers are kept from you"


class PlaceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    place = serializers.IntegerField(allow_null=True, help_text="in the whole district's group")
    is_tied = serializers.BooleanField()
    numerator = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True, help_text=KEPT)
    denominator = serializers.IntegerField(allow_null=True)
    value = serializers.DecimalField(max_digits=7, decimal_places=1, allow_null=True, help_text="percent; decides")
    unplaced = serializers.ChoiceField([("", ""), *Unplaced.choices])
    place_before = serializers.IntegerField(allow_null=True)
    place_year_before = serializers.IntegerField(allow_null=True)


class GroupOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.CharField()
    size = serializers.ChoiceField(Size.choices)
    placed = serializers.IntegerField(help_text="how many have a place in the whole district")
    mean = serializers.DecimalField(max_digits=7, decimal_places=1, allow_null=True, help_text="percent")
    rows = PlaceOut(many=True)


class RankingOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    level = serializers.ChoiceField(Level.choices)
    rate = serializers.CharField()
    weight = serializers.IntegerField(help_text="cases at the group's mean that are added to everybody's own")
    fewest = serializers.IntegerField(help_text="with fewer cases there is no place")
    groups = GroupOut(many=True)


class RankingsView(APIView):
    """Places among comparable nodes or units."""

    @extend_schema(parameters=[RankingIn], responses={200: RankingOut})
    def get(self, request: ApiRequest) -> Response:
        """Rank the nodes below a node, or the units there, within groups of alike ones."""
        user = person(request)
        if not standing_for(user).has(Permission.VIEW_INSIGHTS):
            raise PermissionDenied(_("Your posts do not open this page."))
        form = RankingForm(request.query_params)
        form.is_valid()
        wanted = form.wanted(access.node_for(user, form.cleaned_data.get("node")), timezone.localdate())
        groups = ranking_pages.seen_by(user, wanted)
        shown = {
            **{"first": wanted.period.first, "last": wanted.period.last, "level": wanted.level, "rate": wanted.rate},
            **{"weight": rankings.WEIGHT, "fewest": rankings.FEWEST},
            "groups": [_group(group) for group in groups],
        }
        return Response(RankingOut(shown).data)


def _group(group: Group) -> dict[str, Any]:
    ranking = group.ranking
    return {
        **{"key": group.key, "kind": group.kind, "size": group.size, "mean": ranking.mean_percent},
        **{"placed": ranking.placed_count, "rows": [_row(row) for row in group.rows]},
    }


def _row(row: Row) -> dict[str, Any]:
    placed, figure = row.placed, row.figure
    return {
        **{"id": row.member.key, "name": row.member.name, "place": placed.place, "is_tied": placed.is_tied},
        **{"numerator": figure and figure.numerator, "denominator": figure and (figure.denominator or 0)},
        **{"value": row.percent, "unplaced": placed.unplaced},
        **{"place_before": row.before, "place_year_before": row.year_before},
    }
