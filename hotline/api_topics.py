"""`/api/v1/hotline/topics/`: the ranking of hot topics, one topic, and handling it as one order, for other systems."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.api import GridBrief
from grids.models import Grid
from hotline.actions import topics as acts
from hotline.models import Topic
from hotline.topics.querysets import Span, TopicQuerySet
from workorders.models import Category


class TopicOut(serializers.ModelSerializer[Topic]):
    """`now` and `earlier` count the requests of the period and of the one before it."""

    community = GridBrief(allow_null=True)
    order = serializers.CharField(source="order.number", allow_null=True, default=None)
    now = serializers.IntegerField()
    earlier = serializers.IntegerField()
    growth = serializers.IntegerField()

    class Meta:
        model = Topic
        fields = ["id", "title", "community", "first_at", "last_at", "order", "now", "earlier", "growth", "version"]


class SpanIn(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=366, default=7)
    by = serializers.ChoiceField([("now", "how often"), ("growth", "growth")], default="now")


class HandleIn(serializers.Serializer[Any]):
    """Where and as what the one order goes; left out it is the oldest request's."""

    grid = serializers.PrimaryKeyRelatedField(queryset=Grid.objects.filter(valid_to=None), required=False)
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.active(), required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False)


def _seen(request: Request) -> TopicQuerySet:
    return Topic.objects.visible_to(person(request))


def _out(request: Request, pk: int) -> Response:
    found = _seen(request).select_related("community", "order").counted(Span(timezone.now(), 7))
    return Response(TopicOut(get_object_or_404(found, pk=pk), context={"request": request}).data)


class TopicsView(GenericAPIView[Topic]):
    """Hot topics of which one may see a request, ranked; as many as the page shows."""

    queryset = Topic.objects.none()
    serializer_class = TopicOut
    pagination_class = None

    @extend_schema(parameters=[SpanIn], responses={200: TopicOut(many=True), 400: REFUSALS[400]})
    def get(self, request: Request) -> Response:
        """Rank the topics of the last days; only those asked often enough."""
        given = SpanIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        span = Span(timezone.now(), given.validated_data["days"])
        return Response(TopicOut(_seen(request).ranked(span, given.validated_data["by"]), many=True).data)


class TopicView(GenericAPIView[Topic]):
    """One topic, counted over the last seven days."""

    queryset = Topic.objects.none()
    serializer_class = TopicOut

    @extend_schema(responses={200: TopicOut, 404: REFUSALS[404]})
    def get(self, request: Request, pk: int) -> Response:
        return _out(request, pk)


class HandleTopicView(GenericAPIView[Topic]):
    """Let one order stand for all open requests of a topic."""

    queryset = Topic.objects.none()
    serializer_class = HandleIn

    @extend_schema(responses={200: TopicOut, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(_seen(request), pk=pk)
        given = HandleIn(data=request.data)
        given.is_valid(raise_exception=True)
        acts.handle_as_one(found, actor=person(request), **given.validated_data)
        return _out(request, pk)
