"""`/api/v1/events/`: the same events for who would rather ask for them than be told."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.tokens import person
from gateway import payloads, stream
from grids.models import Kind
from workorders.models import Event, WorkOrder
from workorders.states import OrderKind, State

LOOKED_AT = 5000
"""Events of the whole history that one request reads at most, whoever may see how many of them."""


class EventsAsked(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, default=0, help_text="the `after` of the answer before; 0 at first")
    limit = serializers.IntegerField(min_value=1, max_value=500, default=100)


class EventTold(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="the same however often, and by whichever way, the event is told")
    event = serializers.CharField(help_text="the move, as addresses of the API name it: `submit-result`")
    occurred_at = serializers.DateTimeField()
    order = serializers.CharField(help_text="the order's number")
    kind = serializers.ChoiceField(OrderKind.choices)
    from_state = serializers.ChoiceField(State.choices, allow_null=True)
    to_state = serializers.ChoiceField(State.choices)
    node = serializers.CharField(help_text="code of the node that has the order")
    level = serializers.ChoiceField(Kind.choices)
    unit = serializers.CharField(allow_null=True)


class Events(serializers.Serializer[Any]):
    events = EventTold(many=True)
    after = serializers.IntegerField(help_text="ask with this next time")
    more = serializers.BooleanField(help_text="there is more now; false: ask again in a while")


class EventsView(APIView):
    @extend_schema(operation_id="events_list", parameters=[EventsAsked], responses={200: Events})
    def get(self, request: Request) -> Response:
        """Tell what happened to the orders that one may see, in the order of the moves; confidential ones left out.

        Whoever asks with the `after` of each answer misses nothing and is told nothing twice: an event that could
        still be overtaken by an earlier one is not told yet.
        """
        asked = EventsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after, limit = asked.validated_data["after"], asked.validated_data["limit"]
        settled = stream.settled_upto(patience_s=0.3)
        if settled is None:
            return Response({"events": [], "after": after, "more": False})
        looked_at = Event.objects.filter(id__gt=after, id__lte=settled).order_by("id").values_list("id", flat=True)
        upto = next(iter(looked_at[LOOKED_AT - 1 : LOOKED_AT]), settled)
        seen = WorkOrder.objects.visible_to(person(request)).filter(is_confidential=False)
        events = Event.objects.filter(id__gt=after, id__lte=upto, order__in=seen).order_by("id")
        found = list(payloads.with_facts(events)[:limit])
        reached = found[-1].pk if len(found) == limit else max(after, upto)
        answer = {"events": [payloads.payload(event) for event in found], "after": reached, "more": reached < settled}
        return Response(answer)
