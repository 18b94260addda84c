"""`/api/v1/houses/`, `estates/`, `buildings/` and `residents/search/`: the pages' own reads and actions.

What is looked for comes by POST: it stands in no address.
"""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.api import GridBrief
from grids.api_access import needs
from grids.models import Grid
from grids.roles import Permission
from residents import actions, masking, place_pages, search
from residents.api import ById, taken
from residents.api_inputs import SeenKey
from residents.models import Building, Estate, House, HouseUse, Organisation, Resident
from residents.querysets import EstateQuerySet, PlacedQuerySet
from residents.serializers import PersonRow, may_edit
from residents.views.search import record_look

LINES = 200


class EstateOut(serializers.ModelSerializer[Estate]):
    class Meta:
        model = Estate
        fields = ["id", "name", "community", "road", "property_company", "property_phone", "retired_on"]


class BuildingOut(serializers.ModelSerializer[Building]):
    grid = GridBrief()

    class Meta:
        model = Building
        fields = ["id", "estate", "number", "units", "floors", "head", "grid", "micro", "lng", "lat", "retired_on"]


class HouseRow(serializers.ModelSerializer[House]):
    grid = GridBrief()

    class Meta:
        model = House
        fields = [
            *("id", "address", "estate", "building", "unit_no", "floor", "room_no", "use", "nature", "area"),
            *("grid", "micro", "lng", "lat", "retired_on", "updated_at", "version"),
        ]


class HouseDetail(HouseRow):
    owner_name = serializers.SerializerMethodField(help_text="masked")
    owner_phone = serializers.SerializerMethodField(help_text="masked")
    residents = serializers.SerializerMethodField(help_text="who lives here, masked")
    organisations = serializers.SerializerMethodField(help_text="keys of the organisations here")
    may_edit = serializers.SerializerMethodField()

    class Meta(HouseRow.Meta):
        fields = [*HouseRow.Meta.fields, "owner_name", "owner_phone", "residents", "organisations", "may_edit"]

    def get_owner_name(self, house: House) -> str:
        return masking.name(house.owner_name)

    def get_owner_phone(self, house: House) -> str:
        return masking.phone(house.owner_phone)

    @extend_schema_field(PersonRow(many=True))
    def get_residents(self, house: House) -> Any:
        rows = Resident.objects.here().filter(house=house).select_related("grid")
        return PersonRow(rows.order_by("pk")[:LINES], many=True, context=self.context).data

    def get_organisations(self, house: House) -> list[int]:
        return [organisation.pk for organisation in place_pages.organisations_in(house)]

    def get_may_edit(self, house: House) -> bool:
        return house.retired_on is None and may_edit(self, house)


class HouseFilterIn(serializers.Serializer[Any]):
    """What narrows the list."""

    use = serializers.ChoiceField(HouseUse.choices, required=False)
    grid = SeenKey(queryset=Grid.objects.all(), required=False, help_text="this node and everything below it")
    building = serializers.IntegerField(required=False, min_value=1)
    estate = serializers.IntegerField(required=False, min_value=1)


class HousePatch(serializers.Serializer[Any]):
    """What is sent is changed; with a `grid` the house passes there, which stands in its record with the `reason`."""

    use = serializers.ChoiceField(HouseUse.choices, required=False)
    area = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=1, required=False, allow_null=True)
    grid = SeenKey(queryset=Grid.objects.all(), required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False, min_value=1, help_text="refuses where it is another by now")


class SearchIn(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, help_text="name, initials, number, last four, address or organisation")


class FoundOrganisation(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "kind", "name", "house"]


class FoundPerson(PersonRow):
    """A person found: what tells two of a name apart, and where they live."""

    class Meta(PersonRow.Meta):
        fields = ["id", "kind", "name", "sex", "age", "identity_last4", "house", "grid", "gone"]


class FoundOut(serializers.Serializer[Any]):
    asked = serializers.ChoiceField([asked.value for asked in search.Asked], help_text="what the words were taken for")
    people = FoundPerson(many=True)
    houses = HouseRow(many=True)
    estates = EstateOut(many=True)
    organisations = FoundOrganisation(many=True)
    more = serializers.ListField(child=serializers.CharField(), help_text="of which kinds there are more than shown")


class EstateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Estate]):
    """Estates and villages of one's communities."""

    queryset = Estate.objects.none()
    serializer_class = EstateOut
    pagination_class = ById
    lookup_value_converter = "int"

    def get_queryset(self) -> EstateQuerySet:
        rows = Estate.objects.visible_to(person(self.request))
        return rows.standing() if self.action == "list" else rows


class BuildingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Building]):
    """Buildings of one's area."""

    queryset = Building.objects.none()
    serializer_class = BuildingOut
    pagination_class = ById
    lookup_value_converter = "int"

    def get_queryset(self) -> PlacedQuerySet[Building]:
        rows = Building.objects.visible_to(person(self.request)).select_related("grid")
        return rows.standing() if self.action == "list" else rows


@extend_schema_view(
    list=extend_schema(parameters=[HouseFilterIn]),
    retrieve=extend_schema(responses={200: HouseDetail, 404: REFUSALS[404]}),
)
class HouseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[House]):
    """Houses of one's area; owners and people masked."""

    queryset = House.objects.none()
    pagination_class = ById
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[House]]:
        return HouseRow if self.action == "list" else HouseDetail

    def get_queryset(self) -> PlacedQuerySet[House]:
        rows = House.objects.visible_to(person(self.request))
        if self.action != "list":
            return place_pages.houses_in_full(rows)
        wanted = taken(HouseFilterIn, self.request, from_query=True)
        if "grid" in wanted:
            rows = rows.within(wanted.pop("grid"))
        return rows.standing().filter(**wanted).select_related("grid").defer("owner_phone")

    @extend_schema(request=HousePatch, responses={200: HouseDetail, **REFUSALS})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is sent of a house."""
        row = get_object_or_404(House.objects.visible_to(person(request)), pk=pk)
        actions.edit_house(row, actor=person(request), **taken(HousePatch, request))
        fresh = place_pages.houses_in_full(House.objects.all()).get(pk=row.pk)
        return Response(HouseDetail(fresh, context={"request": request}).data)


class SearchView(GenericAPIView[Resident]):
    """Find people, houses and organisations by what one knows of them, as the one box does."""

    queryset = Resident.objects.none()
    serializer_class = SearchIn
    permission_classes = (needs(Permission.VIEW_REGISTERS),)

    @extend_schema(responses={200: FoundOut, 400: REFUSALS[400], 403: REFUSALS[403]})
    def post(self, request: Request) -> Response:
        found = search.search(taken(SearchIn, request)["q"], person(request))
        record_look(person(request), found)
        return Response(FoundOut(found, context={"request": request}).data)
