"""`/api/v1/hotline/held/` and `/links/`: deciding on held reports, and the links of building leads, for the staff."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS, NewestFirst
from accounts.tokens import person
from grids.api_access import needs
from grids.roles import Permission
from public import actions
from public.models import Held, LeadLink


class HeldOut(serializers.ModelSerializer[Held]):
    """A report that waits; who sent it is not told."""

    reasons: Any = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Held
        fields = ("id", "number", "source", "received_at", "reasons", "text", "address", "grid", "matter")
        read_only_fields = fields


class HeldReportsView(ListAPIView[Held]):
    """The reports that may come from robots and wait for somebody to look at them, newest first."""

    queryset = Held.objects.none()
    serializer_class = HeldOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.INTAKE),)

    def get_queryset(self) -> QuerySet[Held]:
        rows = Held.objects.visible_to(person(self.request)).waiting()
        return rows.defer("requester_name", "requester_phone")


class _DecideHeld(GenericAPIView[Held]):
    queryset = Held.objects.none()
    serializer_class = HeldOut

    def held(self, request: ApiRequest, pk: int) -> Held:
        return get_object_or_404(Held.objects.visible_to(person(request)), pk=pk)


class LetInView(_DecideHeld):
    """Pass a held report to the desk."""

    @extend_schema(request=None, responses={200: HeldOut, **REFUSALS})
    def post(self, request: ApiRequest, pk: int) -> Response:
        actions.let_in(self.held(request, pk), actor=person(request))
        return Response(HeldOut(self.held(request, pk)).data)


class DiscardView(_DecideHeld):
    """Discard a held report as a robot's."""

    @extend_schema(request=None, responses={200: HeldOut, **REFUSALS})
    def post(self, request: ApiRequest, pk: int) -> Response:
        actions.discard(self.held(request, pk), actor=person(request))
        return Response(HeldOut(self.held(request, pk)).data)


class LeadLinkOut(serializers.ModelSerializer[LeadLink]):
    class Meta:
        model = LeadLink
        fields = ("id", "building", "given_at", "expires_at", "revoked_at", "last_used_at")
        read_only_fields = fields


class LeadLinksView(ListAPIView[LeadLink]):
    """The links of building leads where one gives them, newest first; the address itself was shown once and is not
    kept."""

    queryset = LeadLink.objects.none()
    serializer_class = LeadLinkOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.GIVE_LINKS),)

    def get_queryset(self) -> QuerySet[LeadLink]:
        return LeadLink.objects.visible_to(person(self.request))


class RevokeLinkView(GenericAPIView[LeadLink]):
    """End a link."""

    queryset = LeadLink.objects.none()
    serializer_class = LeadLinkOut

    @extend_schema(request=None, responses={200: LeadLinkOut, **REFUSALS})
    def post(self, request: ApiRequest, pk: int) -> Response:
        item = get_object_or_404(LeadLink.objects.visible_to(person(request)), pk=pk)
        return Response(LeadLinkOut(actions.revoke(item, actor=person(request))).data)
