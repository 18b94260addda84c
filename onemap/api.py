"""`/api/v1/map/`: the layers of the one map, the figures of areas, and one's own position."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_shapes import REFUSALS
from accounts.models import User
from accounts.tokens import person
from grids import coordinates
from grids.api import DegreesField
from grids.api_access import needs
from grids.models import Grid
from grids.roles import Permission
from hotline.periods import Length
from onemap import actions, choosing, colouring, duty_hours, layers, outlines, sharing_page
from onemap.models import DutyHours
from onemap.outlines import LEVELS
from onemap.querysets import DutyHoursQuerySet
from residents.api_inputs import SeenKey


def _answers(good: Any, *refusals: int, code: int = 200) -> dict[int, Any]:
    return {code: good, **{number: REFUSALS[number] for number in (403, *refusals)}}


class MapView(APIView):
    permission_classes = (needs(Permission.VIEW_MAP),)


class Where(serializers.Serializer[Any]):
    within = serializers.IntegerField(required=False, min_value=1, help_text="a node; one's own without it")


class SignOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not DRF's own


class LayerOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not DRF's own
    min_zoom = serializers.IntegerField()
    signs = SignOut(many=True, help_text="what the numbers of points mean, from 0")


class LayersView(MapView):
    @extend_schema(operation_id="map_layers", responses=_answers(LayerOut(many=True)))
    def get(self, request: Request) -> Response:
        """Name the layers of points that one may see."""
        return Response(LayerOut(layers.open_to(person(request)), many=True).data)


class PointsIn(Where):
    box = serializers.CharField(required=False, help_text="west,south,east,north in degrees of WGS-84")

    def validate_box(self, text: str) -> layers.Box:
        box = choosing.box_of(text)
        if box is None:
            raise serializers.ValidationError("west,south,east,north")
        return box


class PointsOut(serializers.Serializer[Any]):
    o = serializers.ListField(child=serializers.IntegerField(), help_text="origin: x, y in 1/s of a degree")
    s = serializers.IntegerField(help_text="steps in a degree")
    p = serializers.ListField(child=serializers.IntegerField(), help_text="key, x, y, sign, key, x, y, sign, …")
    more = serializers.BooleanField(help_text="too many: none is sent, ask for a smaller box")


class PointsView(MapView):
    @extend_schema(
        operation_id="map_points",
        parameters=[PointsIn],
        responses=_answers(PointsOut, 400, 404),
    )
    def get(self, request: Request, layer: str) -> Response:
        """Answer with the points of a layer; nothing that says who or what they are."""
        user = person(request)
        given = PointsIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        chosen, found = choosing.read(user, request.query_params), layers.named(layer, user)
        sent = layers.points(found, user, chosen.district, given.validated_data.get("box"), timezone.now())
        return Response(PointsOut(sent).data)


class OutlinesIn(Where):
    detail = serializers.IntegerField(required=False, default=1, min_value=0, max_value=2)


class OutlinesOut(serializers.Serializer[Any]):
    version = serializers.CharField()
    s = serializers.IntegerField(help_text="steps in a degree")
    o = serializers.ListField(child=serializers.IntegerField())
    g = serializers.ListField(
        child=serializers.ListField(), help_text="[node, name, x, y of a point inside, [[ring, …], …]]; steps from o"
    )


class OutlinesView(MapView):
    @extend_schema(operation_id="map_boundaries", parameters=[OutlinesIn], responses=_answers(OutlinesOut, 404))
    def get(self, request: Request, level: str) -> Response:
        """Answer with the outlines of a level of the district, simplified together."""
        if level not in LEVELS:
            raise Http404
        given = OutlinesIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        chosen = choosing.read(person(request), request.query_params)
        file = outlines.unpacked(chosen.district, level, given.validated_data["detail"])
        return Response({"version": outlines.version(chosen.district), **file})


class FiguresIn(Where):
    level = serializers.ChoiceField(list(LEVELS), required=False)
    measure = serializers.CharField(required=False)
    length = serializers.ChoiceField(Length.choices, required=False)
    on = serializers.DateField(required=False)

    def validate_measure(self, key: str) -> str:
        if key not in colouring.choices():
            raise serializers.ValidationError(", ".join(colouring.choices()))
        return key


class AreaOut(serializers.Serializer[Any]):
    node = serializers.IntegerField(source="node.pk")
    value = serializers.DecimalField(max_digits=16, decimal_places=1, source="figure.value", allow_null=True)
    numerator = serializers.DecimalField(max_digits=16, decimal_places=1, source="figure.numerator")
    denominator = serializers.IntegerField(source="figure.denominator", allow_null=True)


class FiguresView(MapView):
    @extend_schema(operation_id="map_figures", parameters=[FiguresIn], responses=_answers(AreaOut(many=True), 404))
    def get(self, request: Request) -> Response:
        """Answer with a measure's figure of each area of a level that one may see figures of."""
        FiguresIn(data=request.query_params).is_valid(raise_exception=True)
        user = person(request)
        chosen = choosing.read(user, request.query_params)
        if chosen.choice is None:
            raise Http404
        nodes = colouring.nodes_seen(user, chosen.district, chosen.level).only("pk", "tree_id", "lft", "rght")
        shown, _classes = colouring.coloured(nodes, chosen.choice, chosen.period)
        return Response(AreaOut(shown, many=True).data)


class SharingOut(serializers.Serializer[Any]):
    until = serializers.DateTimeField(allow_null=True, help_text="when the consent ends by itself; null without one")


class DutyHoursOut(serializers.ModelSerializer[DutyHours]):
    days = serializers.CharField(help_text="digits of the days of the week, 1 is Monday")
    node_name = serializers.CharField(source="node.name", read_only=True)
    person_name = serializers.CharField(source="person.display_name", read_only=True, default="")

    class Meta:
        model = DutyHours
        fields = ["id", "node", "node_name", "person", "person_name", "days", "begins", "ends", "starts_on", "ends_on"]


class DutyHoursIn(serializers.Serializer[Any]):
    node = SeenKey(queryset=Grid.objects.all())
    person = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    days = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), help_text="1 is Monday")
    begins = serializers.TimeField()
    ends = serializers.TimeField(help_text="at or before the beginning it is of the next morning")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class NewestSet(CursorPagination):
    ordering = ("-id",)
    page_size = 50


class DutyHoursViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[DutyHours]):
    """Duty hours beside the office's, of the nodes at which one gives posts."""

    queryset = DutyHours.objects.none()
    serializer_class = DutyHoursOut
    permission_classes = (needs(Permission.MANAGE_POSTS),)
    pagination_class = NewestSet
    lookup_value_converter = "int"

    def get_queryset(self) -> DutyHoursQuerySet:
        rows = DutyHours.objects.managed_by(person(self.request)).kept(timezone.localdate())
        return rows.select_related("node", "person").defer("node__boundary", "node__duties")

    @extend_schema(request=DutyHoursIn, responses=_answers(DutyHoursOut, 400, code=201))
    def create(self, request: Request) -> Response:
        """Set duty hours."""
        given = DutyHoursIn(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        made = duty_hours.add(actor=person(request), **given.validated_data)
        return Response(DutyHoursOut(made).data, status=201)

    @extend_schema(responses=_answers(None, 404, code=204))
    def destroy(self, request: Request, pk: int) -> Response:
        """Remove them."""
        row = get_object_or_404(DutyHours.objects.managed_by(person(request)), pk=pk)
        duty_hours.remove(row, actor=person(request))
        return Response(status=204)


class PositionIn(serializers.Serializer[Any]):
    lng = DegreesField(min_value=-180, max_value=180)
    lat = DegreesField(min_value=-90, max_value=90)
    crs = serializers.ChoiceField(coordinates.CRS, default="wgs84")
    accuracy_m = serializers.IntegerField(required=False, min_value=0, max_value=100_000, allow_null=True)


class SharingView(MapView):
    """One's own consent to share the position: nobody gives it for somebody else."""

    @extend_schema(operation_id="map_sharing", responses=_answers(SharingOut))
    def get(self, request: Request) -> Response:
        """Say whether one shares, and until when."""
        return Response(self._state(request))

    @extend_schema(
        operation_id="map_sharing_begin",
        request=None,
        responses=_answers(SharingOut, 409),
    )
    def post(self, request: Request) -> Response:
        """Agree until the duty that runs, or the next of today, ends."""
        actions.begin_sharing(actor=person(request))
        return Response(self._state(request))

    @extend_schema(operation_id="map_sharing_stop", responses=_answers(None, code=204))
    def delete(self, request: Request) -> Response:
        """Take it back; the position is deleted."""
        actions.stop_sharing(actor=person(request))
        return Response(status=204)

    @staticmethod
    def _state(request: Request) -> dict[str, Any]:
        state = sharing_page.context(person(request), timezone.now())
        held = state["held"] if state is not None else None
        return dict(SharingOut({"until": held.ends_at if held else None}).data)


class PositionView(MapView):
    @extend_schema(
        operation_id="map_position",
        request=PositionIn,
        responses=_answers(None, 400, 409, code=204),
    )
    def post(self, request: Request) -> Response:
        """Say where one is; it replaces where one was."""
        given = PositionIn(data=request.data)
        given.is_valid(raise_exception=True)
        sent = given.validated_data
        lng, lat = coordinates.to_wgs84(sent["lng"], sent["lat"], sent["crs"])
        actions.put_position(actor=person(request), lng=lng, lat=lat, accuracy_m=sent.get("accuracy_m"))
        return Response(status=204)
