"""`/api/v1/replies/`, and writing one for an order: the pages' own reads and actions."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.backends import standing_for
from hotline import actions, plainness
from hotline.models import Reply, Request
from hotline.reply_querysets import ReplyQuerySet
from hotline.states import ReplyState
from workorders.models import WorkOrder


class OldestFirst(CursorPagination):
    ordering = ("id",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class RepliesAsked(serializers.Serializer[Any]):
    to_review = serializers.BooleanField(default=False, help_text="only those that wait for your review")
    order = serializers.IntegerField(required=False, min_value=1, help_text="of one order")


class ReplyOut(serializers.ModelSerializer[Reply]):
    state = serializers.ChoiceField(ReplyState.choices)

    class Meta:
        model = Reply
        fields = (
            *("id", "order", "matter", "text", "state", "drafted_by", "drafted_at", "unit", "review_unit"),
            *("review_node", "reviewed_by", "reviewed_at", "remark", "warnings", "version"),
        )
        read_only_fields = fields


class ReplyVersionIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, help_text="of the reply as you saw it; another one answers 409")


class ReplyDraftIn(ReplyVersionIn):
    text = serializers.CharField(max_length=plainness.LONGEST)


class ReplyApproveIn(ReplyVersionIn):
    text = serializers.CharField(max_length=plainness.LONGEST, required=False, help_text="as you corrected it")
    reason = serializers.CharField(max_length=500, required=False, help_text="needed where the check warns")


class ReplyReturnIn(ReplyVersionIn):
    remark = serializers.CharField(max_length=500)


class ReplyCheckIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000, allow_blank=True)


class FindingOut(serializers.Serializer[Any]):
    code = serializers.ChoiceField(plainness.Code.choices)
    is_refusal = serializers.BooleanField()
    words = serializers.CharField()
    where = serializers.CharField()


class ReplyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Reply]):
    """Replies of the orders and requests that one may see."""

    queryset = Reply.objects.none()
    serializer_class = ReplyOut
    pagination_class = OldestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> ReplyQuerySet:
        user = person(self.request)
        given = RepliesAsked(data=self.request.query_params if self.action == "list" else {})
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        rows = Reply.objects.to_review_by(standing_for(user)) if asked["to_review"] else Reply.objects.visible_to(user)
        return rows.filter(order=asked["order"]) if "order" in asked else rows

    @extend_schema(parameters=[RepliesAsked])
    def list(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Return them, the longest waiting first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=ReplyApproveIn, responses={200: ReplyOut, **REFUSALS})
    @action(detail=True, methods=["post"])
    def approve(self, request: ApiRequest, pk: int) -> Response:
        """Approve a draft, as it is or corrected, and send it to all who asked."""
        return self._do(ReplyApproveIn, actions.approve)

    @extend_schema(request=ReplyReturnIn, responses={200: ReplyOut, **REFUSALS}, operation_id="replies_return")
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: ApiRequest, pk: int) -> Response:
        """Return a draft to who wrote it."""
        return self._do(ReplyReturnIn, actions.send_back)

    @extend_schema(request=ReplyCheckIn, responses={200: FindingOut(many=True)})
    @action(detail=False, methods=["post"], pagination_class=None)
    def check(self, request: ApiRequest) -> Response:
        """Say what the plain-language check finds in a text; keeps nothing."""
        given = ReplyCheckIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = plainness.check(given.validated_data["text"])
        rows = [{"code": f.code, "is_refusal": f.is_refusal, "words": f.code.label, "where": f.where} for f in found]
        return Response(FindingOut(rows, many=True).data)

    def _do(self, takes: type[ReplyVersionIn], act: Any) -> Response:
        reply = self.get_object()
        given = takes(data=self.request.data)
        given.is_valid(raise_exception=True)
        return Response(ReplyOut(act(reply, actor=person(self.request), **given.validated_data)).data)


class DraftView(APIView):
    @extend_schema(
        operation_id="work_orders_reply",
        request=ReplyDraftIn,
        responses={200: ReplyOut, **REFUSALS},
        tags=["work-orders"],
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Write the reply of an order, or its waiting draft anew; it then waits for its review."""
        order = get_object_or_404(WorkOrder.objects.visible_to(person(request)), pk=pk)
        given = ReplyDraftIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ReplyOut(actions.draft(order, actor=person(request), **given.validated_data)).data)


class ToldView(APIView):
    @extend_schema(operation_id="requests_told", request=None, responses={204: None, **REFUSALS}, tags=["requests"])
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Keep that a requester was told the answer by phone or by letter."""
        matter = get_object_or_404(Request.objects.visible_to(person(request)), pk=pk)
        actions.tell(matter, actor=person(request))
        return Response(status=204)
