"""`/api/v1/supervision/`: supervision orders; the pages' own reads and actions, for other systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.models import User
from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Grid, Unit
from supervision import actions
from supervision.addressees import Addressee
from supervision.models import SupervisionEvent, SupervisionOrder
from supervision.querysets import SupervisionQuerySet, Tab
from supervision.states import Act, Outcome
from supervision.workflow import acts_for, check_act
from workorders.api_inputs import MoveIn, VisibleKey, text
from workorders.models import WorkOrder
from workorders.states import SupervisionLevel


class LatestFirst(CursorPagination):
    ordering = ("-opened_at", "-id")
    page_size = 50


class SupervisionRow(serializers.ModelSerializer[SupervisionOrder]):
    order_number = serializers.CharField(source="order.number", read_only=True)
    unit_name = serializers.CharField(source="unit.name", read_only=True, default="")
    node_name = serializers.CharField(source="node.name", read_only=True)
    issuer_name = serializers.CharField(source="issuer.display_name", read_only=True, default="")

    class Meta:
        model = SupervisionOrder
        fields = [
            "id",
            "number",
            "order",
            "order_number",
            "state",
            "level",
            "demand",
            "unit",
            "unit_name",
            "node",
            "node_name",
            "issuer_name",
            "opened_at",
            "issued_at",
            "due_at",
            "overdue_at",
            "replied_at",
            "closed_at",
            "version",
        ]
        read_only_fields = fields


class SupervisionEventOut(serializers.ModelSerializer[SupervisionEvent]):
    actor_name = serializers.CharField(source="actor.display_name", read_only=True, default="")

    class Meta:
        model = SupervisionEvent
        fields = ["at", "actor_name", "actor_role", "act", "to_state", "level", "unit", "node", "due_at", "note"]


class SupervisionDetail(SupervisionRow):
    events = SupervisionEventOut(many=True, read_only=True)
    acts = serializers.SerializerMethodField()

    class Meta(SupervisionRow.Meta):
        fields = [*SupervisionRow.Meta.fields, "reply", "outcome", "conclusion", "asked_count", "events", "acts"]
        read_only_fields = fields

    def get_acts(self, item: SupervisionOrder) -> list[str]:
        return [str(act) for act in acts_for(item, standing_for(self.context["request"].user))]


class DemandIn(MoveIn):
    """To whom: a unit, or else a node; neither keeps to whoever is addressed."""

    demand = text(required=True, allow_blank=False)
    unit = VisibleKey(queryset=Unit.objects.all(), required=False, allow_null=True)
    node = VisibleKey(queryset=Grid.objects.all(), required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unit, node = attrs.pop("unit", None), attrs.pop("node", None)
        item: SupervisionOrder | None = self.context.get("item")
        if unit is None and node is None and item is not None:
            unit, node = item.unit, item.node
        attrs["addressee"] = Addressee(unit=unit) if unit is not None else Addressee(node=node)
        return attrs


class IssueIn(DemandIn):
    order = VisibleKey(queryset=WorkOrder.objects.all())
    level = serializers.ChoiceField(SupervisionLevel.choices)


class RaiseIn(DemandIn):
    level = serializers.ChoiceField(SupervisionLevel.choices)


class NoteIn(MoveIn):
    note = text(required=True, allow_blank=False)


class ConcludeIn(MoveIn):
    outcome = serializers.ChoiceField(Outcome.choices)
    conclusion = text(required=True, allow_blank=False)


@dataclass(frozen=True)
class ApiAct:
    """What an act takes, and the action behind it: the pages' own."""

    takes: type[MoveIn]
    action: Callable[..., SupervisionOrder]


ACTS: dict[Act, ApiAct] = {
    Act.REPLY: ApiAct(NoteIn, actions.reply),
    Act.ASK_AGAIN: ApiAct(DemandIn, actions.ask_again),
    Act.RAISE: ApiAct(RaiseIn, actions.raise_level),
    Act.CLOSE: ApiAct(ConcludeIn, actions.close),
    Act.DROP: ApiAct(NoteIn, actions.drop),
}


class SupervisionFilter(serializers.Serializer[Any]):
    tab = serializers.ChoiceField(Tab.choices, required=False)
    order = VisibleKey(queryset=WorkOrder.objects.all(), required=False)


def _seen(user: User) -> SupervisionQuerySet:
    return SupervisionOrder.objects.visible_to(user).with_names().prefetch_related("events__actor")


@extend_schema_view(list=extend_schema(parameters=[SupervisionFilter]))
class SupervisionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SupervisionOrder]):
    """Supervision orders that one may see."""

    queryset = SupervisionOrder.objects.none()
    pagination_class = LatestFirst
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[SupervisionOrder]]:
        return SupervisionRow if self.action == "list" else SupervisionDetail

    def get_queryset(self) -> SupervisionQuerySet:
        user = person(self.request)
        if self.action != "list":
            return _seen(user)
        given = SupervisionFilter(data=self.request.query_params, context={"request": self.request})
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        rows = SupervisionOrder.objects.with_names()
        found = rows.tab(wanted["tab"], user) if "tab" in wanted else rows.visible_to(user)
        return found.filter(order=wanted["order"]) if "order" in wanted else found

    @extend_schema(request=IssueIn, responses={201: SupervisionDetail, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Issue a supervision order on a work order, or the draft that waits there."""
        given = IssueIn(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        item = actions.issue(given.validated_data.pop("order"), actor=person(request), **given.validated_data)
        return _shown(request, item, status=201)


def _shown(request: Request, item: SupervisionOrder, status: int = 200) -> Response:
    fresh = SupervisionOrder.objects.with_names().prefetch_related("events__actor").get(pk=item.pk)
    return Response(SupervisionDetail(fresh, context={"request": request}).data, status=status)


class ActView(GenericAPIView[SupervisionOrder]):
    """One act; which one, the address says."""

    act = Act.REPLY
    queryset = SupervisionOrder.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ACTS[self.act].takes

    @extend_schema(responses={200: SupervisionDetail, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        item = get_object_or_404(SupervisionOrder.objects.visible_to(person(request)).with_names(), pk=pk)
        check_act(item, self.act, standing_for(person(request)))
        given = ACTS[self.act].takes(data=request.data, context={"request": request, "item": item})
        given.is_valid(raise_exception=True)
        return _shown(request, ACTS[self.act].action(item, actor=person(request), **given.validated_data))
