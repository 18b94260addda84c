"""`/api/v1/work-orders/`, `categories/` and `photos/`: the pages' own reads and actions, for other systems."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import audit
from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Grid
from workorders import actions, photo_views
from workorders.api_inputs import ReportIn, VisibleKey
from workorders.api_moves import MOVES
from workorders.models import Category, WorkOrder
from workorders.querysets import OrderQuerySet, Tab
from workorders.serializers import CategoryOut, ContactOut, OrderDetail, OrderRow
from workorders.states import Move, State
from workorders.workflow import check_move, sees_contact


class NewestFirst(CursorPagination):
    ordering = ("-reported_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ByCategoryCode(CursorPagination):
    ordering = "code"
    page_size = 500


class CategoryViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Category]):
    """The categories in use, as a flat list of a tree."""

    queryset = Category.objects.active()
    serializer_class = CategoryOut
    pagination_class = ByCategoryCode


class OrderFilter(serializers.Serializer[Any]):
    """What narrows the list; without `tab` everything that one may see."""

    tab = serializers.ChoiceField(Tab.choices, required=False)
    state = serializers.MultipleChoiceField(choices=State.choices, required=False)
    grid = VisibleKey(queryset=Grid.objects.all(), required=False, help_text="this node and everything below it")
    number = serializers.CharField(required=False, max_length=24)


def _with_names(orders: OrderQuerySet) -> OrderQuerySet:
    return orders.with_nodes("grid", "holder").select_related("category", "lead_unit", "assignee")


def _in_full(orders: OrderQuerySet) -> OrderQuerySet:
    return (
        _with_names(orders)
        .with_nodes("district", "street", "community")
        .select_related("reporter", "handler", "accountable_unit", "accountable_node", "transfer_unit")
        .select_related("parent", "facility__kind")
        .prefetch_related(
            "assists__lead_unit", "photos", "clocks", "events__actor", "events__to_user", "events__node", "events__unit"
        )
        .prefetch_related("escalations__from_node", "escalations__to_node", "escalations__struck_off_by")
    )


@extend_schema_view(
    list=extend_schema(parameters=[OrderFilter]),
    retrieve=extend_schema(responses={200: OrderDetail, 404: REFUSALS[404]}),
)
class OrderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[WorkOrder]):
    """Work orders that one may see."""

    queryset = WorkOrder.objects.none()
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[WorkOrder]]:
        return OrderDetail if self.action == "retrieve" else OrderRow

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def get_queryset(self) -> OrderQuerySet:
        user = person(self.request)
        if self.action != "list":
            return _in_full(WorkOrder.objects.visible_to(user))
        given = OrderFilter(data=self.request.query_params, context={"request": self.request})
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        found = _with_names(WorkOrder.objects.visible_to(user))
        if "tab" in wanted:
            found = found.tab(wanted["tab"], standing_for(user))
        if wanted.get("state"):
            found = found.filter(state__in=wanted["state"])
        if "grid" in wanted:
            found = found.within(wanted["grid"])
        return found.filter(number=wanted["number"]) if "number" in wanted else found

    @extend_schema(
        request={"multipart/form-data": ReportIn, "application/json": ReportIn},
        responses={
            201: OrderDetail,
            200: OpenApiResponse(OrderDetail, description="This UUID came before; this is the order it made."),
            400: REFUSALS[400],
            403: REFUSALS[403],
        },
    )
    def create(self, request: Request) -> Response:
        """Report an incident. Safe to send again with the same `client_uuid`."""
        given = ReportIn(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        now = timezone.now()
        order = actions.report(actor=person(request), now=now, **given.validated_data)
        return _shown(request, order, status=201 if order.reported_at == now else 200)

    @extend_schema(request=None, responses={200: ContactOut, 403: REFUSALS[403], 404: REFUSALS[404]})
    @action(detail=True, pagination_class=None)
    def contact(self, request: Request, pk: int) -> Response:
        """Show the resident's name and phone to whoever handles the order; that they looked stays on record."""
        order = get_object_or_404(WorkOrder.objects.visible_to(person(request)), pk=pk)
        if not sees_contact(order, standing_for(person(request))):
            raise PermissionDenied
        audit.record(request.user, "workorders.show_contact", order, {"by": "api"}, request._request)
        return Response(ContactOut(order).data)


def _shown(request: Request, order: WorkOrder, status: int = 200) -> Response:
    """Answer with an order as it is now, to who has just moved it."""
    fresh = _in_full(WorkOrder.objects.all()).get(pk=order.pk)
    context = {"request": request, "now": timezone.now()}
    return Response(OrderDetail(fresh, context=context).data, status=status)


class MoveView(GenericAPIView[WorkOrder]):
    """One move; which one, the address says."""

    move = Move.SIGN
    queryset = WorkOrder.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return MOVES[self.move].takes

    @extend_schema(responses={200: OrderDetail, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        order = get_object_or_404(WorkOrder.objects.visible_to(person(request)), pk=pk)
        check_move(order, self.move, standing_for(person(request)))
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        return _shown(request, MOVES[self.move].action(order, actor=person(request), **given.validated_data))


class AsItIs(BaseContentNegotiation):
    """A photo is a JPEG whatever the client prefers."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PhotoView(APIView):
    """A photo, or its thumbnail, of an order that one may see."""

    column = "image"
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY, 404: REFUSALS[404]})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return photo_views.answer(request._request, photo_views.seen_by(person(request), pk), self.column)
