"""Requests as the API shows them, and what it takes. Who asks is shown to the desk and the call-back alone."""

from typing import Any

from rest_framework import serializers

from grids.models import Grid
from hotline.models import LONGEST_TEXT, Request
from hotline.request_lists import Tab
from hotline.states import RefuseReason, ReplyWay, RequestKind, RequestSource
from workorders.api_inputs import VisibleKey
from workorders.models import Category
from workorders.states import ReopenReason, Urgency


class RequestFilter(serializers.Serializer[Any]):
    """One of the lists; without it everything that one may see."""

    tab = serializers.ChoiceField(Tab.choices, required=False)


class RequestRow(serializers.ModelSerializer[Request]):
    """A request in a list: nothing of who asks."""

    class Meta:
        model = Request
        fields = [
            "id",
            "number",
            "platform_no",
            "source",
            "kind",
            "state",
            "urgency",
            "is_secret",
            "title",
            "category",
            "address",
            "grid",
            "is_located",
            "order",
            "merged_into",
            "received_at",
            "due_at",
            "answered_at",
            "closed_at",
            "version",
        ]
        read_only_fields = fields


class RequestOut(RequestRow):
    """A request with its text and answer; who asks only for the desk and the call-back, else empty."""

    requester_name = serializers.SerializerMethodField()
    requester_phone = serializers.SerializerMethodField()

    class Meta(RequestRow.Meta):
        fields = [
            *RequestRow.Meta.fields,
            "text",
            "answer",
            "refusal",
            "reply_way",
            "requester_name",
            "requester_phone",
        ]
        read_only_fields = fields

    def get_requester_name(self, matter: Request) -> str:
        return matter.requester_name if self.context.get("sees_identity") else ""

    def get_requester_phone(self, matter: Request) -> str:
        return matter.requester_phone if self.context.get("sees_identity") else ""


class RequestIn(serializers.Serializer[Any]):
    """A new request. Safe to send again with the same `client_uuid`."""

    client_uuid = serializers.UUIDField()
    source: Any = serializers.ChoiceField(RequestSource.choices, default=RequestSource.PHONE)
    kind = serializers.ChoiceField(RequestKind.choices)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    title = serializers.CharField(max_length=200, required=False, default="")
    requester_name = serializers.CharField(max_length=50, required=False, default="")
    requester_phone = serializers.CharField(max_length=30, required=False, default="")
    is_secret = serializers.BooleanField(default=False)
    reply_way = serializers.ChoiceField(ReplyWay.choices, default=ReplyWay.PHONE)
    reply_address = serializers.CharField(max_length=200, required=False, default="")
    urgency = serializers.ChoiceField(Urgency.choices, default=Urgency.ORDINARY)
    category: Any = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.active(), required=False, allow_null=True, default=None
    )
    address = serializers.CharField(max_length=200, required=False, default="")
    grid = VisibleKey(queryset=Grid.objects.all(), required=False, allow_null=True, default=None)


class RequestActIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, help_text="as last read; refused with 409 when it has moved on")


class RequestNoteIn(RequestActIn):
    note = serializers.CharField(max_length=500, required=False, default="")


class RequestCorrectIn(RequestActIn):
    """What is to be otherwise; what is left out stays. After dispatch kind, text and place are the order's."""

    source: Any = serializers.ChoiceField(RequestSource.choices, required=False)
    kind = serializers.ChoiceField(RequestKind.choices, required=False)
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    title = serializers.CharField(max_length=200, required=False)
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    requester_name = serializers.CharField(max_length=50, required=False, allow_blank=True)
    requester_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    is_secret = serializers.BooleanField(required=False)
    reply_way = serializers.ChoiceField(ReplyWay.choices, required=False)
    reply_address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    category: Any = serializers.PrimaryKeyRelatedField(queryset=Category.objects.active(), required=False)
    grid = VisibleKey(queryset=Grid.objects.all(), required=False, allow_null=True)


class RequestDispatchIn(RequestNoteIn):
    grid = VisibleKey(queryset=Grid.objects.all(), required=False, allow_null=True, default=None)
    category: Any = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.active(), required=False, allow_null=True, default=None
    )


class RequestAnswerIn(RequestActIn):
    answer = serializers.CharField(max_length=2000)
    snippet = serializers.IntegerField(required=False, allow_null=True, default=None)


class RequestRefuseIn(RequestNoteIn):
    reason = serializers.ChoiceField(RefuseReason.choices)


class RequestMergeIn(RequestNoteIn):
    """Into a request or into an order, by key."""

    into = serializers.IntegerField(required=False, allow_null=True, default=None)
    order = serializers.IntegerField(required=False, allow_null=True, default=None)


class RequestReopenIn(RequestActIn):
    reason = serializers.ChoiceField(ReopenReason.choices)
    note = serializers.CharField(max_length=500)
