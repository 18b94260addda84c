"""`/api/v1/hotline/key-cases/` and `/circulars/`: the ledger of key supervision and what was circulated, to read."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS, NewestFirst
from accounts.tokens import person
from grids.api_access import needs
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from hotline import circulars
from hotline.key_lists import LedgerTab, shown, tab
from hotline.models import Circular, KeyCase


class KeyCaseOut(serializers.ModelSerializer[KeyCase]):
    number = serializers.CharField(source="matter.number", read_only=True)
    due_at = serializers.DateTimeField(source="matter.due_at", read_only=True, allow_null=True)
    answered_at = serializers.DateTimeField(source="matter.answered_at", read_only=True, allow_null=True)

    class Meta:
        model = KeyCase
        fields = ("id", "matter", "number", "reason", "note", "flagged_at", "due_at", "answered_at", "lifted_at")
        read_only_fields = fields


class LedgerIn(serializers.Serializer[Any]):
    tab = serializers.ChoiceField(LedgerTab.choices, default=LedgerTab.OPEN)


class KeyCasesView(ListAPIView[KeyCase]):
    """The key cases of one's area, newest first; nothing of who asked."""

    queryset = KeyCase.objects.none()
    serializer_class = KeyCaseOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.VIEW_RATES),)

    def get_queryset(self) -> QuerySet[KeyCase]:
        given = LedgerIn(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        return shown(tab(given.validated_data["tab"], standing_for(self.request.user)))

    @extend_schema(parameters=[LedgerIn], responses={200: KeyCaseOut(many=True), 403: REFUSALS[403]})
    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class CircularOut(serializers.ModelSerializer[Circular]):
    """A week's circular; its figures stay as they were when it was published."""

    class Meta:
        model = Circular
        fields = ("id", "monday", "words", "demands", "figures", "composed_at", "published_at", "version")
        read_only_fields = fields


def _circulars(request: ApiRequest) -> QuerySet[Circular]:
    """Return the published circulars of one's districts, and drafts where one writes them."""
    who = standing_for(person(request))
    trees = {post.tree_id for post in who.nodes(Permission.VIEW_RATES) if post.unit_id is None}
    found = Circular.objects.none()
    for district_id in Grid.objects.filter(tree_id__in=trees, parent=None).values_list("pk", flat=True):
        mine = Circular.objects.filter(district=district_id)
        found = found | (mine if circulars.edits(who, district_id) else mine.filter(published_at__isnull=False))
    return found


class CircularsView(ListAPIView[Circular]):
    """The weekly circulars, newest first."""

    queryset = Circular.objects.none()
    serializer_class = CircularOut
    pagination_class = NewestFirst
    permission_classes = (needs(Permission.VIEW_RATES),)

    def get_queryset(self) -> QuerySet[Circular]:
        return _circulars(self.request)


class CircularView(RetrieveAPIView[Circular]):
    """One weekly circular."""

    queryset = Circular.objects.none()
    serializer_class = CircularOut

    def get_queryset(self) -> QuerySet[Circular]:
        return _circulars(self.request)
