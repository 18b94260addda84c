"""`/api/v1/warnings/`: early warnings; the pages' own reads and actions, for other systems."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from alerts import actions, explaining
from alerts.models import EarlyWarning, WarningEvent
from alerts.querysets import WarningQuerySet
from alerts.states import DismissReason, RuleKind, Severity, State
from grids.api_access import needs
from grids.backends import standing_for
from grids.roles import Permission
from workorders.api_inputs import MoveIn, text
from workorders.models import Category


class NewestFirst(CursorPagination):
    ordering = ("-found_at", "-id")
    page_size = 50


class WarningRow(serializers.ModelSerializer[EarlyWarning]):
    node_name = serializers.CharField(source="node.name", read_only=True)
    explanation = serializers.SerializerMethodField()
    order_number = serializers.CharField(source="order.number", read_only=True, default="")

    class Meta:
        model = EarlyWarning
        fields = [
            "id",
            "rule",
            "kind",
            "state",
            "severity",
            "node",
            "node_name",
            "category",
            "unit",
            "facility",
            "first_on",
            "last_on",
            "explanation",
            "found_at",
            "grown_at",
            "closed_at",
            "reason",
            "order",
            "order_number",
            "version",
        ]
        read_only_fields = fields

    def get_explanation(self, warning: EarlyWarning) -> str:
        return explaining.sentence(warning, standing_for(self.context["request"].user))


class WarningEventOut(serializers.ModelSerializer[WarningEvent]):
    actor_name = serializers.CharField(source="actor.display_name", read_only=True, default="")

    class Meta:
        model = WarningEvent
        fields = ["at", "act", "actor_name", "actor_role", "reason", "note"]


class FigureOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.FloatField()


class WarningDetail(WarningRow):
    figures = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    events = WarningEventOut(many=True, read_only=True)

    class Meta(WarningRow.Meta):
        fields = [*WarningRow.Meta.fields, "note", "figures", "history", "events"]
        read_only_fields = fields

    @extend_schema(responses=FigureOut(many=True))
    def get_figures(self, warning: EarlyWarning) -> list[dict[str, Any]]:
        return [{"name": line.label, "value": line.value} for line in explaining.lines(warning)]

    def get_history(self, warning: EarlyWarning) -> list[float]:
        return [number for _weeks, number in explaining.history(warning)]


class WarningFilter(serializers.Serializer[Any]):
    state = serializers.ChoiceField(State.choices, required=False)
    kind = serializers.ChoiceField(RuleKind.choices, required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)


class ConfirmIn(MoveIn):
    """Category and description are the warning's own where they are left out."""

    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.active(), required=False, allow_null=True)
    description = text()
    note = text()


class DismissIn(MoveIn):
    reason = serializers.ChoiceField(DismissReason.choices)
    note = text()


@extend_schema_view(list=extend_schema(parameters=[WarningFilter]))
class WarningViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[EarlyWarning]):
    """Early warnings over whose place one decides."""

    queryset = EarlyWarning.objects.none()
    permission_classes = [needs(Permission.CONFIRM_WARNINGS)]
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[EarlyWarning]]:
        return WarningRow if self.action == "list" else WarningDetail

    def get_queryset(self) -> WarningQuerySet:
        rows = EarlyWarning.objects.visible_to(person(self.request)).with_names()
        if self.action != "list":
            return rows.prefetch_related("events__actor")
        given = WarningFilter(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        return rows.filter(**given.validated_data)

    @extend_schema(request=ConfirmIn, responses={200: WarningDetail, **REFUSALS})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: int) -> Response:
        """Make an order of a warning."""
        warning = get_object_or_404(self.get_queryset(), pk=pk)
        given = ConfirmIn(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        words = wanted.pop("description", "") or explaining.description(warning, standing_for(request.user))
        actions.confirm(warning, actor=person(request), description=words, **wanted)
        return self._shown(pk)

    @extend_schema(request=DismissIn, responses={200: WarningDetail, **REFUSALS})
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: int) -> Response:
        """Put a warning aside."""
        warning = get_object_or_404(self.get_queryset(), pk=pk)
        given = DismissIn(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        actions.dismiss(warning, actor=person(request), **given.validated_data)
        return self._shown(pk)

    def _shown(self, pk: int) -> Response:
        fresh = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(WarningDetail(fresh, context=self.get_serializer_context()).data)
