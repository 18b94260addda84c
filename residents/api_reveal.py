"""`/api/v1/…/{id}/reveal/`: one masked field in full, by the pages' rules, limit and record."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from residents import looks
from residents.api import taken
from residents.models import House, LookReason, Organisation, Resident

REVEALED: dict[str, Any] = {"resident": Resident, "organisation": Organisation, "house": House}


class RevealIn(serializers.Serializer[Any]):
    field = serializers.CharField(max_length=30, help_text="as identity_number, phone, owner_phone")
    reason = serializers.ChoiceField(LookReason.choices)
    reference = serializers.CharField(max_length=100, help_text="the work order's number, or what it is about")


class RevealOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    value = serializers.CharField(help_text="in full; the look is on record")


class RevealView(GenericAPIView[Any]):
    """Show one field in full; 409 where the hour's looks are used up or nothing is entered."""

    model: Any = Resident
    queryset = Resident.objects.none()
    serializer_class = RevealIn

    @extend_schema(request=RevealIn, responses={200: RevealOut, **REFUSALS})
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(self.model.objects.visible_to(person(request)), pk=pk)
        given = taken(RevealIn, request)
        value = looks.reveal(row, actor=person(request), request=request._request, **given)
        answer = Response({"field": given["field"], "value": value})
        answer["Cache-Control"] = "no-store, private"
        return answer
