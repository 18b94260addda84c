"""`/api/v1/hotline/exchange/`: the city platform pushes its orders and asks how they stand (docs/exchange.md)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts import audit
from hotline.exchange import pushing, signing, telling, words
from hotline.exchange.states import Verdict
from hotline.models import ExchangePartner


class PartnerThrottle(SimpleRateThrottle):
    """So many calls a minute of one partner from one address, before anything is looked up."""

    scope = "exchange"
    rate = "120/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        code = request.headers.get(signing.PARTNER_HEADER, "")[:32]
        return f"throttle_exchange_{code}_{audit.client_ip(request._request)}"


class RowsPushed(serializers.Serializer[Any]):
    rows = serializers.ListField(
        child=serializers.JSONField(),
        min_length=1,
        max_length=pushing.MOST_ROWS,
        help_text="objects; keys are field names or the platform's headings",
    )


class RowAnswer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="counted from 1")
    platform_no = serializers.CharField()
    answer = serializers.ChoiceField(Verdict.choices)
    codes = serializers.ListField(child=serializers.CharField(), help_text="why refused, or what to look at")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="the same in words")
    number = serializers.CharField(help_text="the district's number of a row that has just been accepted")


class RowsAnswered(serializers.Serializer[Any]):
    exchange = serializers.IntegerField(help_text="under this number it is on record here")
    answers = RowAnswer(many=True)


class StatusesAsked(serializers.Serializer[Any]):
    cursor = serializers.IntegerField(min_value=0, max_value=2**62, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=pushing.MOST_STATUSES, default=100)


class StatusTold(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="rises; the same however often it is told")
    platform_no = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField(help_text="已受理 办理中 已答复 已办结 已退回 已撤销")
    state_at = serializers.CharField()
    unit = serializers.CharField()
    reply = serializers.CharField()
    answered_at = serializers.CharField()
    due_at = serializers.CharField()
    extended_to = serializers.CharField()
    return_reason = serializers.CharField()


class StatusesTold(serializers.Serializer[Any]):
    statuses = StatusTold(many=True)
    cursor = serializers.IntegerField(help_text="ask with this next time")
    more = serializers.BooleanField()


_SIGNED = [
    OpenApiParameter(signing.PARTNER_HEADER, str, OpenApiParameter.HEADER, required=True),
    OpenApiParameter(signing.HEADER, str, OpenApiParameter.HEADER, required=True),
]
_REFUSED = {401: OpenApiResponse(description="Not signed by a partner, too late, or sent before.")}


class ExchangeView(APIView):
    """Known by its signature alone: no session and no token."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PartnerThrottle,)

    @extend_schema(
        operation_id="hotline_exchange_push",
        auth=[],
        parameters=_SIGNED,
        request=RowsPushed,
        responses={200: RowsAnswered, **_REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Push orders, one or many; each is answered. The same push again (with a fresh signature) changes nothing."""
        partner = self._partner(request)
        if isinstance(partner, Response):
            return partner
        given = RowsPushed(data=request.data)
        given.is_valid(raise_exception=True)
        run, answers = pushing.push(partner, given.validated_data["rows"], now=timezone.now())
        with override("zh-hans"):
            told = [
                {
                    "row": answer.line,
                    "platform_no": answer.platform_no,
                    "answer": answer.verdict.value,
                    "codes": answer.codes,
                    "reasons": [str(words.of(code)) for code in answer.codes],
                    "number": answer.number,
                }
                for answer in answers
            ]
        return Response({"exchange": run.pk, "answers": told})

    @extend_schema(
        operation_id="hotline_exchange_pull",
        auth=[],
        parameters=[*_SIGNED, StatusesAsked],
        responses={200: StatusesTold, **_REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Ask how the orders stand: what has changed after a cursor, oldest first."""
        partner = self._partner(request)
        if isinstance(partner, Response):
            return partner
        asked = StatusesAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found, cursor, more = pushing.statuses(partner, now=timezone.now(), **asked.validated_data)
        told = [{"id": status.pk, **telling.cells_of(status)} for status in found]
        return Response({"statuses": told, "cursor": cursor, "more": more})

    def _partner(self, request: Request) -> ExchangePartner | Response:
        """Return who signed the call, or the answer to who did not."""
        web = request._request
        try:
            return signing.verified(
                request.headers.get(signing.PARTNER_HEADER, ""),
                request.headers.get(signing.HEADER, ""),
                request.method or "",
                web.get_full_path(),
                web.body,
                timezone.now(),
            )
        except signing.Unsigned as error:
            detail = _("The call is not signed by a partner of the exchange.")
            return Response({"detail": detail, "code": error.code}, status=401)
