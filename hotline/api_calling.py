"""`/api/v1/hotline/call-backs/` and `/rates/` beside it: the call-back desk's own reads and acts, the six rates."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_shapes import REFUSALS
from accounts.models import User
from accounts.tokens import person
from grids.backends import standing_for
from grids.roles import Permission
from hotline import actions, call_lists, rate_pages
from hotline.actions import Said
from hotline.calling import Grade, LowReason, Outcome
from hotline.forms.calling import OUTCOMES
from hotline.models import Request
from hotline.periods import Length
from hotline.rates import By, Rate
from hotline.states import CallState, RequestState, Solved

MOST = 50


class CallRow(serializers.ModelSerializer[Request]):
    """A request to be called back; the phone stands on the call's page alone."""

    next_at = serializers.DateTimeField(source="queued_call.next_at")
    tries = serializers.IntegerField(source="queued_call.tries")

    class Meta:
        model = Request
        fields = ("id", "number", "title", "kind", "answered_at", "version", "next_at", "tries")
        read_only_fields = fields


class CallIn(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(OUTCOMES)
    was_contacted = serializers.BooleanField(allow_null=True, default=None)
    solved = serializers.ChoiceField(Solved.choices, required=False, default="")
    satisfaction = serializers.ChoiceField(Grade.choices, required=False, default=None)
    reason = serializers.ChoiceField(LowReason.choices, required=False, default="")
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    version = serializers.IntegerField(required=False, help_text="as you saw it; another one answers 409")


class CallOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(RequestState.choices)
    call_state = serializers.ChoiceField(CallState.choices)
    version = serializers.IntegerField()


class RatesIn(serializers.Serializer[Any]):
    length = serializers.ChoiceField(Length.choices, required=False)
    on = serializers.DateField(required=False, help_text="a day of the week, month or quarter that is meant")
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    by = serializers.ChoiceField(By.choices, required=False)
    node = serializers.IntegerField(required=False, help_text="a street or community of your area")


class FigureOut(serializers.Serializer[Any]):
    rate = serializers.ChoiceField(Rate.choices)
    numerator = serializers.DecimalField(max_digits=12, decimal_places=2)
    denominator = serializers.IntegerField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, help_text="rounded down")
    percent_before = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)


class LineOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    rates = FigureOut(many=True)


class RatesOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    total = FigureOut(many=True)
    lines = LineOut(many=True)


def _agent(request: ApiRequest) -> User:
    user = person(request)
    if not standing_for(user).has(Permission.CALL_BACK):
        raise PermissionDenied(_("Your posts do not open this page."))
    return user


class CallsView(APIView):
    """Requests that one may call back now."""

    @extend_schema(responses={200: CallRow(many=True), 403: REFUSALS[403]})
    def get(self, request: ApiRequest) -> Response:
        """List whom to call now, the nearest first: at most 50."""
        who = standing_for(_agent(request))
        rows = call_lists.tab(call_lists.CallTab.DUE, who, timezone.now()).select_related("queued_call")
        rows = rows.without_private().order_by("answered_at", "id")
        return Response(CallRow(rows[:MOST], many=True).data)


class CallView(APIView):
    """One try to reach a requester."""

    @extend_schema(request=CallIn, responses={200: CallOut, **REFUSALS})
    def post(self, request: ApiRequest, pk: int) -> Response:
        """Record a try with what was said. Whoever handled the matter is refused."""
        user = _agent(request)
        matter = get_object_or_404(Request.objects.visible_to(user), pk=pk)
        given = CallIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        outcome, version = Outcome(said.pop("outcome")), said.pop("version", None)
        done = actions.record_call(matter, actor=user, outcome=outcome, said=Said(**said), version=version)
        return Response(CallOut(done).data)


class RatesView(APIView):
    """The six rates of one's area."""

    @extend_schema(parameters=[RatesIn], responses={200: RatesOut, 403: REFUSALS[403], 404: REFUSALS[404]})
    def get(self, request: ApiRequest) -> Response:
        """Give each rate with numerator, denominator and the percent of the period before."""
        chosen = rate_pages.choose(person(request), request.query_params)
        whole, lines = rate_pages.table(chosen)
        shown = {
            "first": chosen.period.first,
            "last": chosen.period.last,
            "total": [_figure(cell) for cell in whole],
            "lines": [{"name": line.name, "rates": [_figure(cell) for cell in line.cells]} for line in lines],
        }
        return Response(RatesOut(shown).data)


def _figure(cell: rate_pages.Cell) -> dict[str, Any]:
    return {
        "rate": cell.rate.value,
        "numerator": cell.figure.numerator,
        "denominator": cell.figure.denominator,
        "percent": cell.figure.percent,
        "percent_before": cell.before.percent,
    }
