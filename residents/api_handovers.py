"""`/api/v1/handovers/`: asking another community for a registration, and answering."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from residents import actions
from residents.api import ById, taken
from residents.api_inputs import SeenKey, day
from residents.models import Handover, House, Resident


class HandoverOut(serializers.ModelSerializer[Handover]):
    """Says nothing of the person: who is asked finds them by the key in their own register."""

    resident = serializers.SerializerMethodField(help_text="key of the entry; null for who asks")

    class Meta:
        model = Handover
        fields = [
            *("id", "state", "resident", "house", "is_registered_there", "community", "to_community"),
            *("asked_at", "reason", "decided_at"),
        ]

    def get_resident(self, row: Handover) -> int | None:
        is_asked = actions.may_answer_handover(self.context["request"].user, row)
        return row.resident_id if is_asked else None


class HandoverIn(serializers.Serializer[Any]):
    identity_number = serializers.CharField(max_length=40)
    house = SeenKey(queryset=House.objects.standing(), help_text="where the person lives now")
    is_registered_there = serializers.BooleanField(required=False, default=True)


class HandoverAcceptIn(serializers.Serializer[Any]):
    with_household = serializers.BooleanField(required=False, help_text="everybody of the household goes along")
    new_head = SeenKey(queryset=Resident.objects.here(), required=False, allow_null=True)
    day = day()


class HandoverRefuseIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


@extend_schema_view(retrieve=extend_schema(responses={200: HandoverOut, 404: REFUSALS[404]}))
class HandoverViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Handover]):
    """Hand-overs that one asked for or is asked for."""

    queryset = Handover.objects.none()
    serializer_class = HandoverOut
    pagination_class = ById
    lookup_value_converter = "int"

    def get_queryset(self) -> Any:
        return Handover.objects.visible_to(person(self.request)).in_full()

    @extend_schema(request=HandoverIn, responses={201: HandoverOut, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Ask for the registration of somebody whom `residents/` refused because another community keeps them."""
        made = actions.ask_handover(actor=person(request), **taken(HandoverIn, request))
        return self._answer(made.pk, 201)

    @extend_schema(request=HandoverAcceptIn, responses={200: HandoverOut, **REFUSALS})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=pk)
        actions.accept_handover(row, actor=person(request), **taken(HandoverAcceptIn, request))
        return self._answer(row.pk)

    @extend_schema(request=HandoverRefuseIn, responses={200: HandoverOut, **REFUSALS})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=pk)
        actions.refuse_handover(row, actor=person(request), **taken(HandoverRefuseIn, request))
        return self._answer(row.pk)

    @extend_schema(request=None, responses={200: HandoverOut, **REFUSALS})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=pk)
        actions.withdraw_handover(row, actor=person(request))
        return self._answer(row.pk)

    def _answer(self, pk: int, status: int = 200) -> Response:
        fresh = Handover.objects.in_full().get(pk=pk)
        return Response(HandoverOut(fresh, context={"request": self.request}).data, status=status)
