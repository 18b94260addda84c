"""`/api/v1/grids/`: the tree for other systems, and which grid a point lies in."""

import math
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from grids import coordinates
from grids.locate import locate
from grids.models import Grid, Kind
from grids.querysets import GridQuerySet


class ByCode(CursorPagination):
    ordering = "code"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class DegreesField(serializers.FloatField):
    """A coordinate in degrees; `nan` and `inf` are numbers to Python and no place on earth."""

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class GridBrief(serializers.ModelSerializer[Grid]):
    class Meta:
        model = Grid
        fields = ["id", "kind", "code", "name"]


class GridRow(serializers.ModelSerializer[Grid]):
    class Meta:
        model = Grid
        fields = [
            "id",
            "kind",
            "code",
            "statistical_code",
            "name",
            "parent",
            "co_managed_by",
            "settlement",
            "households",
            "population",
            "valid_from",
            "valid_to",
        ]


class GridDetail(GridRow):
    path = serializers.SerializerMethodField()
    boundary = serializers.JSONField(allow_null=True, help_text="GeoJSON geometry, WGS-84")

    class Meta(GridRow.Meta):
        fields = [*GridRow.Meta.fields, "four_sides", "path", "boundary"]

    @extend_schema(responses=GridBrief(many=True))
    def get_path(self, grid: Grid) -> list[dict[str, Any]]:
        return list(GridBrief(Grid.objects.on_path_to(grid), many=True).data)


class GridFilter(serializers.Serializer[Any]):
    """What narrows the list."""

    kind = serializers.ChoiceField(Kind.choices, required=False)
    parent = serializers.IntegerField(required=False, min_value=1)  # type: ignore[assignment]  # a field, not DRF's own
    code = serializers.CharField(required=False, max_length=20, help_text="begins with")


class Point(serializers.Serializer[Any]):
    lng = DegreesField(min_value=-180, max_value=180)
    lat = DegreesField(min_value=-90, max_value=90)
    crs = serializers.ChoiceField(coordinates.CRS, default="wgs84")


class Located(serializers.Serializer[Any]):
    grid = GridBrief(allow_null=True)
    path = GridBrief(many=True)
    detail = serializers.CharField()


@extend_schema_view(list=extend_schema(parameters=[GridFilter]))
class GridViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Grid]):
    """The area tree, as far as one may see it."""

    queryset = Grid.objects.none()
    pagination_class = ByCode
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Grid]]:
        return GridDetail if self.action == "retrieve" else GridRow

    def get_queryset(self) -> GridQuerySet:
        visible: GridQuerySet = Grid.objects.visible_to(self.request.user)
        if self.action != "list":
            return visible
        given = GridFilter(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        found: GridQuerySet = visible.in_force(timezone.localdate())
        wanted = given.validated_data
        if "kind" in wanted:
            found = found.filter(kind=wanted["kind"])
        if "parent" in wanted:
            found = found.filter(parent=wanted["parent"])
        return found.filter(code__startswith=wanted["code"]) if "code" in wanted else found

    @extend_schema(operation_id="grids_locate", parameters=[Point], responses=Located, filters=False)
    @action(detail=False, pagination_class=None)
    def locate(self, request: Request) -> Response:
        """Say in which base or dedicated grid a point lies; `grid` is null outside every grid."""
        given = Point(data=request.query_params)
        given.is_valid(raise_exception=True)
        grid = locate(*coordinates.to_wgs84(**given.validated_data))
        if grid is not None and not Grid.objects.visible_to(request.user).filter(pk=grid.pk).exists():
            grid = None
        path = Grid.objects.on_path_to(grid) if grid is not None else []
        detail = "" if grid is not None else _("This point lies outside every grid.")
        return Response(Located({"grid": grid, "path": path, "detail": detail}).data)
