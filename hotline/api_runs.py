"""`/api/v1/hotline/exchanges/`: what was exchanged with the city platform, to read; the exchange itself is signed
(api_exchange.py)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from accounts.api_shapes import NewestFirst
from accounts.tokens import person
from grids.api_access import needs
from grids.roles import Permission
from hotline.exchange.states import Verdict
from hotline.models import ExchangeRow, ExchangeRun


class ExchangeRunOut(serializers.ModelSerializer[ExchangeRun]):
    counts: Any = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = ExchangeRun
        fields = ("id", "direction", "way", "state", "failure", "replay_of", "is_history", "began_at", "counts")
        read_only_fields = fields


class ExchangesView(ListAPIView[ExchangeRun]):
    """The exchanges of one's districts, newest first, with how many rows were answered how."""

    queryset = ExchangeRun.objects.none()
    serializer_class = ExchangeRunOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.EXCHANGE),)

    def get_queryset(self) -> QuerySet[ExchangeRun]:
        return ExchangeRun.objects.visible_to(person(self.request)).defer("headings", "matching")


class ExchangeRowOut(serializers.ModelSerializer[ExchangeRow]):
    verdict = serializers.ChoiceField(Verdict.choices, read_only=True)

    class Meta:
        model = ExchangeRow
        fields = ("id", "number", "verdict", "codes", "matter")
        read_only_fields = fields


class ExchangeRowsView(ListAPIView[ExchangeRow]):
    """The rows of one exchange: accepted, or the reason; nothing of what stood in them."""

    queryset = ExchangeRow.objects.none()
    serializer_class = ExchangeRowOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.EXCHANGE),)

    def get_queryset(self) -> QuerySet[ExchangeRow]:
        runs = ExchangeRun.objects.visible_to(person(self.request)).filter(pk=self.kwargs["pk"])
        return ExchangeRow.objects.filter(run__in=runs.values("pk"))
