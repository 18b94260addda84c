"""`/api/v1/whistles/` and `/api/v1/reviews/`: the pages' own reads and actions, for other systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS, NewestFirst
from accounts.tokens import person
from coordination import actions
from coordination.models import JointReview, Whistle
from coordination.querysets import ReviewQuerySet, ReviewTab, WhistleQuerySet, WhistleTab
from coordination.serializers import (
    BlowIn,
    CancelIn,
    ConveneIn,
    DecideIn,
    OutcomeIn,
    RateIn,
    ReviewOut,
    ReviewRow,
    WhistleOut,
    WordsIn,
)
from workorders.api_inputs import MoveIn


class WhistleFilter(serializers.Serializer[Any]):
    """One of the lists; without it everything that one may see."""

    tab = serializers.ChoiceField(WhistleTab.choices, required=False)


class ReviewFilter(serializers.Serializer[Any]):
    """One of the lists; without it everything that one may see."""

    tab = serializers.ChoiceField(ReviewTab.choices, required=False)


def _whistles(rows: WhistleQuerySet) -> WhistleQuerySet:
    return rows.with_parties().prefetch_related("summons__whistle")


@extend_schema_view(
    list=extend_schema(parameters=[WhistleFilter]),
    retrieve=extend_schema(responses={200: WhistleOut, 404: REFUSALS[404]}),
)
class WhistleViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Whistle]):
    """Whistles that one may see."""

    queryset = Whistle.objects.none()
    serializer_class = WhistleOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> WhistleQuerySet:
        user = person(self.request)
        given = WhistleFilter(data=self.request.query_params if self.action == "list" else {})
        given.is_valid(raise_exception=True)
        tab = given.validated_data.get("tab")
        return _whistles(Whistle.objects.tab(tab, user) if tab else Whistle.objects.visible_to(user))

    @extend_schema(request=BlowIn, responses={201: WhistleOut, 400: REFUSALS[400], 403: REFUSALS[403]})
    def create(self, request: Request) -> Response:
        """Call units together. Safe to send again with the same `client_uuid`."""
        given = BlowIn(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        now = timezone.now()
        made = actions.blow(actor=person(request), now=now, **given.validated_data)
        return _whistle(request, made.pk, 201 if made.blown_at == now else 200)


def _whistle(request: Request, pk: int, status: int = 200) -> Response:
    fresh = _whistles(Whistle.objects.all()).get(pk=pk)
    return Response(WhistleOut(fresh, context={"request": request}).data, status=status)


@dataclass(frozen=True)
class Verb:
    """What an act takes, and the action behind it: the pages' own."""

    takes: type[MoveIn]
    action: Callable[..., Any]


WHISTLE_VERBS = {"close": Verb(OutcomeIn, actions.close), "cancel": Verb(CancelIn, actions.cancel)}
SUMMONS_VERBS = {
    "check-in": Verb(MoveIn, actions.check_in),
    "report": Verb(WordsIn, actions.report),
    "rate": Verb(RateIn, actions.rate),
}
REVIEW_VERBS = {
    "minutes": Verb(WordsIn, actions.record_minutes),
    "decide": Verb(DecideIn, actions.decide),
    "correct": Verb(WordsIn, actions.correct),
    "cancel": Verb(CancelIn, actions.cancel_review),
}


class WhistleActView(GenericAPIView[Whistle]):
    """One act on a whistle, or on one unit's part in it; which one, the address says."""

    verb = WHISTLE_VERBS["close"]
    queryset = Whistle.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.verb.takes

    @extend_schema(responses={200: WhistleOut, **REFUSALS})
    def post(self, request: Request, pk: int, unit: int | None = None) -> Response:
        seen = Whistle.objects.visible_to(person(request))
        whistle = get_object_or_404(seen if unit is None else seen.filter(summons__unit=unit), pk=pk)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        named = {} if unit is None else {"unit": unit}
        self.verb.action(whistle, actor=person(request), **named, **given.validated_data)
        return _whistle(request, whistle.pk)


@extend_schema_view(
    list=extend_schema(parameters=[ReviewFilter]),
    retrieve=extend_schema(responses={200: ReviewOut, 404: REFUSALS[404]}),
)
class ReviewViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[JointReview]):
    """Joint reviews of the orders that one may see."""

    queryset = JointReview.objects.none()
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[JointReview]]:
        return ReviewOut if self.action == "retrieve" else ReviewRow

    def get_queryset(self) -> ReviewQuerySet:
        user = person(self.request)
        given = ReviewFilter(data=self.request.query_params if self.action == "list" else {})
        given.is_valid(raise_exception=True)
        tab = given.validated_data.get("tab")
        seen = JointReview.objects.tab(tab, user) if tab else JointReview.objects.visible_to(user)
        return seen.with_parties()

    @extend_schema(request=ConveneIn, responses={201: ReviewOut, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Put an order before a meeting."""
        given = ConveneIn(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        return _review(request, actions.convene(data.pop("order"), actor=person(request), **data).pk, 201)


def _review(request: Request, pk: int, status: int = 200) -> Response:
    fresh = JointReview.objects.with_parties().get(pk=pk)
    return Response(ReviewOut(fresh, context={"request": request}).data, status=status)


class ReviewActView(GenericAPIView[JointReview]):
    """One line of a review's record, among them its decision; which one, the address says."""

    verb = REVIEW_VERBS["minutes"]
    queryset = JointReview.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.verb.takes

    @extend_schema(responses={200: ReviewOut, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        review = get_object_or_404(JointReview.objects.visible_to(person(request)), pk=pk)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.verb.action(review, actor=person(request), **given.validated_data)
        return _review(request, review.pk)
