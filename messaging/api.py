"""`/api/v1/messages/`: how messages to residents went, for who looks after the ways out; without content or address."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import NewestFirst
from accounts.tokens import person
from grids.roles import Permission
from messaging import actions, showing
from messaging.forms import MessageFilter
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.states import Failure, MessageState, Way


class MessageAsked(serializers.Serializer[Any]):
    state = serializers.ChoiceField(MessageState.choices, required=False)
    way = serializers.ChoiceField(Way.choices, required=False)


class MessageOut(serializers.ModelSerializer[Message]):
    state = serializers.ChoiceField(MessageState.choices)
    way = serializers.ChoiceField(Way.choices)
    failure = serializers.ChoiceField([("", ""), *Failure.choices])
    address = serializers.SerializerMethodField(help_text="masked")

    class Meta:
        model = Message
        fields = (
            *("id", "uuid", "way", "address", "purpose", "reference", "state", "attempts", "next_at", "tried_at"),
            *("sent_at", "carried_by", "provider_id", "failure", "code", "created_at"),
        )
        read_only_fields = fields

    def get_address(self, message: Message) -> str:
        return showing.MessageShown(message).address


class MessageViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Message]):
    """Messages to residents in the districts whose ways out one looks after."""

    queryset = Message.objects.none()
    serializer_class = MessageOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> MessageQuerySet:
        user = person(self.request)
        if not user.has_perm(Permission.MANAGE_RECEIVERS):
            raise PermissionDenied
        chosen = MessageFilter(self.request.query_params.dict()).chosen() if self.action == "list" else {}
        return Message.objects.visible_to(user).without_content().filter(**chosen)

    @extend_schema(parameters=[MessageAsked])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return them, newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=None, responses={200: MessageOut, 409: OpenApiResponse(description="Only what failed is tried again.")}
    )
    @action(detail=True, methods=["post"], url_path="try-again")
    def try_again(self, request: Request, pk: int) -> Response:
        """Have a message that failed or was given up tried now, with the same uuid."""
        message = actions.try_again(self.get_object(), actor=person(request))
        return Response(MessageOut(message).data)
