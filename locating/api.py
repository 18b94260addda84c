"""`/api/v1/locating/find/`: which grids an address may mean. By POST: an address stands in no address of ours."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tokens import person
from grids import coordinates
from grids.api import DegreesField
from grids.api_access import needs
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from locating import finding
from locating.weighing import Doubt, WordKind
from locating.words import MAX_TEXT


class FindIn(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True, default="")
    lng = DegreesField(min_value=-180, max_value=180, required=False)
    lat = DegreesField(min_value=-90, max_value=90, required=False)
    crs = serializers.ChoiceField(coordinates.CRS, default="wgs84")
    district = serializers.CharField(
        max_length=20, required=False, help_text="code; needed only where one has posts in several districts"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("lng" in attrs) != ("lat" in attrs):
            raise serializers.ValidationError({"lat": _("A position has a longitude and a latitude.")})
        if not attrs["address"].strip() and "lng" not in attrs:
            raise serializers.ValidationError({"address": _("Give an address, a position, or both.")})
        return attrs


class WordOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(WordKind.choices)
    text = serializers.CharField()


class CandidateOut(serializers.Serializer[Any]):
    grid = serializers.IntegerField(source="grid_id", help_text="the lowest node with people")
    base = serializers.IntegerField(source="base_id", help_text="its base or dedicated grid, or itself")
    name = serializers.CharField()
    code = serializers.CharField()
    score = serializers.FloatField(help_text="from 0 to 1")
    words = WordOut(many=True)
    estate = serializers.IntegerField(source="estate_id", allow_null=True)
    building = serializers.IntegerField(source="building_id", allow_null=True)
    is_of_point = serializers.BooleanField(help_text="the position lies in it")
    corrected_on = serializers.DateField(allow_null=True, help_text="when somebody said that the words mean this grid")


class DoubtOut(serializers.Serializer[Any]):
    code = serializers.ChoiceField(Doubt.choices, source="value")
    words = serializers.CharField(source="label")


class FoundByAddress(serializers.Serializer[Any]):
    candidates = CandidateOut(many=True)
    is_sure = serializers.BooleanField()
    differs = serializers.BooleanField(help_text="the position lies in another grid than the words say")
    doubts = DoubtOut(many=True, help_text="why it is not sure")


class FindView(GenericAPIView[Grid]):
    """Find the grids that an address or a position may mean, the best first."""

    queryset = Grid.objects.none()
    serializer_class = FindIn
    permission_classes = (needs(Permission.REPORT),)

    @extend_schema(
        responses={
            200: FoundByAddress,
            400: OpenApiResponse(description="Something is wrong with a field; the answer names it."),
            403: OpenApiResponse(description="None of your posts lets you report."),
        }
    )
    def post(self, request: Request) -> Response:
        """Answer with at most five candidates; nothing is kept."""
        given = FindIn(data=request.data)
        given.is_valid(raise_exception=True)
        sent = given.validated_data
        point = coordinates.to_wgs84(sent["lng"], sent["lat"], sent["crs"]) if "lng" in sent else None
        found = finding.find(sent["address"], district=_district(request, sent.get("district", "")), point=point)
        return Response(FoundByAddress(found).data)


def _district(request: Request, code: str) -> Grid:
    """Return the district that was named, or one's own."""
    own = finding.reporting_districts(standing_for(person(request)))
    chosen: Grid | None = own.filter(code=code).first() if code else own.first()
    if chosen is None:
        raise serializers.ValidationError({"district": _("There is nothing here that you may see.")})
    return chosen
