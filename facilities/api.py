"""`/api/v1/facilities/`: the register of facilities, for other systems and for maps."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination

from accounts.tokens import person
from facilities.models import Facility
from facilities.querysets import FacilityQuerySet
from facilities.states import FacilityState
from grids.api import GridBrief
from grids.models import Grid
from residents.api_inputs import SeenKey


class FacilityOut(serializers.ModelSerializer[Facility]):
    kind = serializers.CharField(source="kind.code", help_text="four digits")
    kind_name = serializers.CharField(source="kind.__str__")
    grid = GridBrief()
    unit = serializers.CharField(source="unit.name", default="")

    class Meta:
        model = Facility
        fields = [
            *("id", "code", "kind", "kind_name", "name", "lng", "lat", "grid", "unit", "owner", "state"),
            *("installed_on", "note", "updated_at", "version"),
        ]


class FacilityFilterIn(serializers.Serializer[Any]):
    """What narrows the list."""

    q = serializers.CharField(required=False, max_length=80, help_text="the code's beginning, or part of the name")
    kind = serializers.CharField(required=False, max_length=4)
    state = serializers.ChoiceField(FacilityState.choices, required=False)
    grid = SeenKey(queryset=Grid.objects.all(), required=False, help_text="this node and everything below it")
    bbox = serializers.CharField(required=False, max_length=80, help_text="west,south,east,north in WGS-84 degrees")

    def validate_bbox(self, text: str) -> list[float]:
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise serializers.ValidationError(_("Write west,south,east,north in degrees.")) from None
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise serializers.ValidationError(_("Write west,south,east,north in degrees."))
        return [west, south, east, north]


class ByCode(CursorPagination):
    ordering = ("code",)
    page_size = 200
    page_size_query_param = "page_size"
    max_page_size = 1000


@extend_schema_view(
    list=extend_schema(parameters=[FacilityFilterIn]),
    retrieve=extend_schema(
        responses={200: FacilityOut, 404: OpenApiResponse(description="There is no such facility that you may see.")}
    ),
)
class FacilityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Facility]):
    """Facilities of the areas in which one reports; of a camera only where it stands."""

    queryset = Facility.objects.none()
    serializer_class = FacilityOut
    pagination_class = ByCode
    lookup_value_converter = "int"

    def get_queryset(self) -> FacilityQuerySet:
        rows = Facility.objects.visible_to(person(self.request)).select_related("kind", "unit", "grid")
        rows = rows.defer("grid__boundary", "grid__duties")
        if self.action != "list":
            return rows
        given = FacilityFilterIn(data=self.request.query_params, context={"request": self.request})
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        kind, box = asked.pop("kind", ""), asked.pop("bbox", None)
        rows = rows.narrowed({**asked, "node": asked.get("grid")})
        rows = rows.filter(kind__code=kind) if kind else rows
        return rows.in_box(*box) if box else rows
