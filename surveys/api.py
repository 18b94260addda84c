"""`/api/v1/surveys/`: what is to be asked, and answers from a phone's own app."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tokens import person
from surveys import actions
from surveys.models import Question, Sampled, Survey
from surveys.querysets import SurveyQuerySet
from surveys.states import Outcome


class QuestionOut(serializers.ModelSerializer[Question]):
    class Meta:
        model = Question
        fields = ["code", "text", "kind", "choices", "is_judging"]


class SurveyOut(serializers.ModelSerializer[Survey]):
    questions = QuestionOut(many=True)

    class Meta:
        model = Survey
        fields = [
            *("id", "kind", "title", "purpose", "way", "node", "opens_on", "closes_on", "state"),
            *("size", "population", "questions"),
        ]


class SampledOut(serializers.ModelSerializer[Sampled]):
    class Meta:
        model = Sampled
        fields = ["id", "survey", "position", "tries", "outcome", "finished_at"]


class SurveyAnswerIn(serializers.Serializer[Any]):
    """How a try ended; the answers by the questions' codes, a choice by its place from 0."""

    outcome = serializers.ChoiceField(Outcome.choices)
    answers = serializers.DictField(required=False, help_text='{"satisfied": 5, "visit_made": 0}')
    never_again = serializers.BooleanField(required=False)


class NewestFirst(CursorPagination):
    ordering = ("-id",)
    page_size = 50


class SurveyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Survey]):
    """Questionnaires that one sets up or asks."""

    queryset = Survey.objects.none()
    serializer_class = SurveyOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> SurveyQuerySet:
        return Survey.objects.visible_to(person(self.request)).prefetch_related("questions")


class AnswerView(GenericAPIView[Sampled]):
    """One try with one of those drawn, whom the asker's list names."""

    queryset = Sampled.objects.none()
    serializer_class = SurveyAnswerIn

    @extend_schema(
        responses={
            200: SampledOut,
            404: OpenApiResponse(description="There is nobody here whom you may ask."),
            409: OpenApiResponse(description="Somebody asked already, or it is not the time."),
        }
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Sampled.objects.askable_by(person(request)), pk=pk)
        given = SurveyAnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(SampledOut(actions.ask(row, actor=person(request), **given.validated_data)).data)
