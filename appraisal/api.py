"""Results, objections and their decisions for other systems: the pages' own sight and actions."""

from typing import Any

from django.db.models import F, Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from appraisal import actions
from appraisal.actions.objections import MOST_CASES, Numbers
from appraisal.models import Line, Objection, PointEntry, Result
from appraisal.querysets import ObjectionQuerySet, ResultQuerySet
from appraisal.states import ObjectionReason, ObjectionState, Remedy


class NewestFirst(CursorPagination):
    ordering = ("-id",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class AssessedLineOut(serializers.ModelSerializer[Line]):
    """One indicator: what was counted, its score, weight and points."""

    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="indicator.label")

    class Meta:
        model = Line
        fields = (
            *("id", "code", "name", "numerator", "denominator", "value", "raw_score", "weight", "points", "note"),
        )


class ResultOut(serializers.ModelSerializer[Result]):
    """A result with its present lines."""

    period = serializers.CharField(source="assessment.period_words")
    state = serializers.CharField(source="assessment.state")
    scheme = serializers.CharField(source="assessment.scheme.name")
    who = serializers.CharField(source="__str__")
    node = serializers.CharField(source="node.name")
    lines = AssessedLineOut(many=True, source="present_lines")

    class Meta:
        model = Result
        fields = (
            *("id", "period", "state", "scheme", "who", "node", "group", "revision"),
            *("score", "points", "total", "rank", "group_size", "lines"),
        )


class ObjectionOut(serializers.ModelSerializer[Objection]):
    about = serializers.SerializerMethodField()
    who = serializers.CharField(source="result.__str__")

    class Meta:
        model = Objection
        fields = (
            *("id", "result", "line", "entry", "about", "who", "reason", "words", "raised_at"),
            *("state", "opinion", "decided_at"),
        )

    def get_about(self, objection: Objection) -> str:
        return objection.line.indicator.label if objection.line else str(objection.entry and objection.entry.rule)


class ObjectionFilter(serializers.Serializer[Any]):
    state = serializers.ChoiceField(ObjectionState.choices, required=False)


class ObjectIn(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(ObjectionReason.choices)
    words = serializers.CharField(max_length=1000)


class DecideObjectionIn(serializers.Serializer[Any]):
    is_upheld = serializers.BooleanField()
    opinion = serializers.CharField(max_length=1000)
    remedy = serializers.ChoiceField(Remedy.choices, required=False, default="")
    numerator = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0, required=False)
    denominator = serializers.IntegerField(min_value=0, max_value=MOST_CASES, required=False)


class ResultViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Result]):
    """Results that one may see: one's own once published, those of one's area for who keeps or decides."""

    queryset = Result.objects.none()
    serializer_class = ResultOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> ResultQuerySet:
        present = Line.objects.filter(revision=F("result__revision")).select_related("indicator").order_by("id")
        lines = Prefetch("lines", present.defer("hits", "others"), to_attr="present_lines")
        return Result.objects.visible_to(person(self.request)).with_names().prefetch_related(lines)


@extend_schema_view(list=extend_schema(parameters=[ObjectionFilter]))
class ObjectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Objection]):
    """Objections that one may see."""

    queryset = Objection.objects.none()
    serializer_class = ObjectionOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> ObjectionQuerySet:
        given = ObjectionFilter(data=self.request.query_params if self.action == "list" else {})
        given.is_valid(raise_exception=True)
        seen = Objection.objects.visible_to(person(self.request)).with_parties()
        state = given.validated_data.get("state")
        return seen.filter(state=state) if state else seen


class ObjectView(GenericAPIView[Objection]):
    """Object to a line, or to immediate points, of one's own result."""

    queryset = Objection.objects.none()
    serializer_class = ObjectIn
    about = "line"

    @extend_schema(responses={201: ObjectionOut, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        about = _line(request, pk) if self.about == "line" else _entry(request, pk)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.object_to(about, actor=person(request), **given.validated_data)
        return Response(ObjectionOut(Objection.objects.with_parties().get(pk=made.pk)).data, status=201)


def _line(request: Request, pk: int) -> Line:
    return get_object_or_404(Line.objects.filter(result__in=Result.objects.visible_to(person(request))), pk=pk)


def _entry(request: Request, pk: int) -> PointEntry:
    return get_object_or_404(PointEntry.objects.visible_to(person(request)), pk=pk)


class DecideView(GenericAPIView[Objection]):
    """Decide an objection: never one's own, nor one about points that one gave."""

    queryset = Objection.objects.none()
    serializer_class = DecideObjectionIn

    @extend_schema(responses={200: ObjectionOut, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        objection = get_object_or_404(Objection.objects.visible_to(person(request)).with_parties(), pk=pk)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        numerator, denominator = data.pop("numerator", None), data.pop("denominator", None)
        numbers = Numbers(numerator, denominator) if numerator is not None else None
        actions.decide(objection, actor=person(request), numbers=numbers, **data)
        return Response(ObjectionOut(Objection.objects.with_parties().get(pk=pk)).data)
