"""`/api/v1/residents/` and `organisations/`: the pages' own reads and actions, with the same sight and masking."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.models import Grid
from residents import actions, person_page, safety
from residents.api_inputs import (
    ComeBackIn,
    DepartureIn,
    EntryVersionIn,
    HouseMoveIn,
    OrganisationCloseIn,
    OrganisationIn,
    OrganisationPatch,
    PersonIn,
    PersonPatch,
    RegistrationIn,
    SafetyCheckIn,
    SeenKey,
)
from residents.models import HouseUse, Organisation, OrganisationKind, Resident, ResidentKind
from residents.querysets import PlacedQuerySet, ResidentQuerySet
from residents.serializers import OrganisationDetail, OrganisationRow, PersonDetail, PersonRow

_WHERE = ("house", "registered_house", "household", "kinship", "heads")


class ById(CursorPagination):
    """By key: a name, even as a mark of the next page, does not belong into an address."""

    ordering = ("id",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class PeopleFilterIn(serializers.Serializer[Any]):
    """What narrows the list. There is no search here: what one would look for does not belong into an address."""

    kind = serializers.ChoiceField(ResidentKind.choices, required=False)
    grid = SeenKey(queryset=Grid.objects.all(), required=False, help_text="this node and everything below it")
    use = serializers.ChoiceField(HouseUse.choices, required=False, help_text="of the house they live in")
    house = serializers.IntegerField(required=False, min_value=1, help_text="who lives in it")
    gone = serializers.BooleanField(required=False, default=False, help_text="those who are no longer here")


class OrganisationFilterIn(serializers.Serializer[Any]):
    """What narrows the list."""

    kind = serializers.ChoiceField(OrganisationKind.choices, required=False)
    grid = SeenKey(queryset=Grid.objects.all(), required=False, help_text="this node and everything below it")
    key_sites = serializers.BooleanField(required=False, default=False)
    overdue = serializers.BooleanField(required=False, default=False, help_text="key sites with an overdue check")
    closed = serializers.BooleanField(required=False, default=False, help_text="those that have closed")


def taken(serializer: type[serializers.Serializer[Any]], request: Request, *, from_query: bool = False) -> Any:
    """Return what was sent, in shape; raises ValidationError."""
    sent = request.query_params if from_query else request.data
    given = serializer(data=sent, context={"request": request})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


@extend_schema_view(
    list=extend_schema(parameters=[PeopleFilterIn]),
    retrieve=extend_schema(responses={200: PersonDetail, 404: REFUSALS[404]}),
)
class ResidentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Resident]):
    """People of the registers that one may see; names and numbers masked."""

    queryset = Resident.objects.none()
    pagination_class = ById
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Resident]]:
        return PersonRow if self.action == "list" else PersonDetail

    def get_queryset(self) -> ResidentQuerySet:
        rows = Resident.objects.visible_to(person(self.request))
        if self.action != "list":
            return person_page.people_in_full(rows)
        wanted = taken(PeopleFilterIn, self.request, from_query=True)
        rows = rows.exclude(gone="") if wanted["gone"] else rows.here()
        if "grid" in wanted:
            rows = rows.within(wanted["grid"])
        named = {"kind": "kind", "use": "house__use", "house": "house"}
        return rows.filter(**{named[name]: wanted[name] for name in named if name in wanted}).select_related("grid")

    @extend_schema(request=PersonIn, responses={201: PersonDetail, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Enter a person. A number that is in the register already answers 409 with its entry, if you may see that."""
        given = taken(PersonIn, request)
        where = {name: given.pop(name) for name in _WHERE if name in given}
        made = actions.add_resident(actor=person(request), details=given, **where)
        return _person(request, made.pk, 201)

    @extend_schema(request=PersonPatch, responses={200: PersonDetail, **REFUSALS})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is sent of an entry; houses and departures have addresses of their own."""
        row = get_object_or_404(Resident.objects.visible_to(person(request)), pk=pk)
        given = taken(PersonPatch, request)
        version = given.pop("version", None)
        actions.edit_resident(row, actor=person(request), details=given, version=version)
        return _person(request, row.pk)


def _person(request: Request, pk: int, status: int = 200) -> Response:
    fresh = person_page.people_in_full(Resident.objects.all()).get(pk=pk)
    return Response(PersonDetail(fresh, context={"request": request}).data, status=status)


@extend_schema_view(
    list=extend_schema(parameters=[OrganisationFilterIn]),
    retrieve=extend_schema(responses={200: OrganisationDetail, 404: REFUSALS[404]}),
)
class OrganisationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Organisation]):
    """Organisations that one may see; contacts and credit codes masked."""

    queryset = Organisation.objects.none()
    pagination_class = ById
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Organisation]]:
        return OrganisationRow if self.action == "list" else OrganisationDetail

    def get_queryset(self) -> PlacedQuerySet[Organisation]:
        rows = Organisation.objects.visible_to(person(self.request))
        if self.action != "list":
            return rows.select_related("grid")
        wanted = taken(OrganisationFilterIn, self.request, from_query=True)
        rows = rows.exclude(closed_on=None) if wanted["closed"] else rows.open()
        if wanted["key_sites"]:
            rows = rows.filter(is_key_site=True)
        if wanted["overdue"]:
            rows = rows.filter(safety.overdue(timezone.localdate()))
        if "grid" in wanted:
            rows = rows.within(wanted["grid"])
        return (rows.filter(kind=wanted["kind"]) if "kind" in wanted else rows).select_related("grid")

    @extend_schema(request=OrganisationIn, responses={201: OrganisationDetail, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Enter an organisation, in a house or at an address of a grid."""
        given = taken(OrganisationIn, request)
        where = {name: given.pop(name) for name in ("house", "grid") if name in given}
        made = actions.add_organisation(actor=person(request), details=given, **where)
        return _organisation(request, made.pk, 201)

    @extend_schema(request=OrganisationPatch, responses={200: OrganisationDetail, **REFUSALS})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is sent of an entry; checks and closing have addresses of their own."""
        row = get_object_or_404(Organisation.objects.visible_to(person(request)), pk=pk)
        given = taken(OrganisationPatch, request)
        apart = {name: given.pop(name) for name in ("house", "grid", "version") if name in given}
        actions.edit_organisation(row, actor=person(request), details=given, **apart)
        return _organisation(request, row.pk)


def _organisation(request: Request, pk: int, status: int = 200) -> Response:
    fresh = Organisation.objects.select_related("grid").get(pk=pk)
    return Response(OrganisationDetail(fresh, context={"request": request}).data, status=status)


@dataclass(frozen=True)
class Verb:
    """What a change takes, and the action behind it: the pages' own."""

    takes: type[EntryVersionIn]
    action: Callable[..., Any]


PERSON_VERBS = {
    "move": Verb(HouseMoveIn, actions.move_house),
    "registration": Verb(RegistrationIn, actions.set_registered_house),
    "leave": Verb(DepartureIn, actions.leave),
    "return": Verb(ComeBackIn, actions.come_back),
}
ORGANISATION_VERBS = {
    "check": Verb(SafetyCheckIn, actions.record_check),
    "close": Verb(OrganisationCloseIn, actions.close_organisation),
    "reopen": Verb(EntryVersionIn, actions.reopen_organisation),
}


class PersonActView(GenericAPIView[Resident]):
    """A person moves, leaves or comes back; which, the address says."""

    verb = PERSON_VERBS["move"]
    queryset = Resident.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.verb.takes

    @extend_schema(responses={200: PersonDetail, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Resident.objects.visible_to(person(request)), pk=pk)
        self.verb.action(row, actor=person(request), **taken(self.verb.takes, request))
        return _person(request, row.pk)


class OrganisationActView(GenericAPIView[Organisation]):
    """A safety check, closing or reopening; which, the address says."""

    verb = ORGANISATION_VERBS["check"]
    queryset = Organisation.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.verb.takes

    @extend_schema(responses={200: OrganisationDetail, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Organisation.objects.visible_to(person(request)), pk=pk)
        self.verb.action(row, actor=person(request), **taken(self.verb.takes, request))
        return _organisation(request, row.pk)
