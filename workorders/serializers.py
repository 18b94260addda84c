"""Work orders as the API shows them. What identifies a resident is in none of these (see `ContactOut`)."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from facilities.models import Facility
from grids.api import GridBrief
from grids.backends import standing_for
from grids.models import Unit
from workorders.lights import light_of
from workorders.models import Category, Escalation, Event, Photo, StageClock, WorkOrder
from workorders.offers import moves_offered
from workorders.states import Light, Move
from workorders.workflow import sees_contact


def kebab(move: str) -> str:
    """Say a move as addresses say it: `submit_result` is `submit-result`."""
    return move.replace("_", "-")


class PersonBrief(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="display_name")

    class Meta:
        model = User
        fields = ["id", "name"]


class UnitBrief(serializers.ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["id", "name", "kind"]


class FacilityBrief(serializers.ModelSerializer[Facility]):
    kind = serializers.CharField(source="kind.code")

    class Meta:
        model = Facility
        fields = ["id", "code", "kind", "name"]


class CategoryBrief(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "code", "name"]


class CategoryOut(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = [
            "id",
            "code",
            "name",
            "name_en",
            "parent",
            "difficulty",
            "urgency",
            "is_confidential",
            "needs_photo",
        ]


class PhotoOut(serializers.ModelSerializer[Photo]):
    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ["id", "kind", "width", "height", "taken_at", "uploaded_at", "url", "thumbnail_url"]

    def get_url(self, photo: Photo) -> str:
        return reverse("api:photo", args=[photo.pk])

    def get_thumbnail_url(self, photo: Photo) -> str:
        return reverse("api:photo-thumb", args=[photo.pk])


class ClockOut(serializers.ModelSerializer[StageClock]):
    class Meta:
        model = StageClock
        fields = [
            "stage",
            "value",
            "unit",
            "started_at",
            "warn_at",
            "due_at",
            "climb_at",
            "stopped_at",
            "overdue_at",
            "paused_seconds",
        ]


class EventOut(serializers.ModelSerializer[Event]):
    actor = PersonBrief(allow_null=True)
    to_user = PersonBrief(allow_null=True)
    node = GridBrief()
    unit = UnitBrief(allow_null=True)

    class Meta:
        model = Event
        fields = [
            "id",
            "at",
            "move",
            "actor",
            "actor_role",
            "from_state",
            "to_state",
            "node",
            "unit",
            "to_user",
            "reason",
            "note",
            "elapsed_seconds",
        ]


class EscalationOut(serializers.ModelSerializer[Escalation]):
    from_node = GridBrief()
    to_node = GridBrief()
    struck_off_by = PersonBrief(allow_null=True)

    class Meta:
        model = Escalation
        fields = ["position", "from_node", "to_node", "at", "by_timer", "struck_off_at", "struck_off_by"]


class OrderRow(serializers.ModelSerializer[WorkOrder]):
    category = CategoryBrief()
    grid = GridBrief()
    holder = GridBrief()
    lead_unit = UnitBrief(allow_null=True)
    assignee = PersonBrief(allow_null=True)
    light = serializers.SerializerMethodField()

    class Meta:
        model = WorkOrder
        fields = [
            "id",
            "number",
            "state",
            "stage",
            "light",
            "source",
            "category",
            "description",
            "address",
            "grid",
            "holder",
            "lead_unit",
            "assignee",
            "difficulty",
            "urgency",
            "is_confidential",
            "is_escalated",
            "reported_at",
            "due_at",
            "whole_due_at",
            "finished_at",
            "version",
        ]

    @extend_schema_field(serializers.ChoiceField(Light.choices, allow_null=True))
    def get_light(self, order: WorkOrder) -> str | None:
        return light_of(order, self.context["now"])


class AssistOut(serializers.ModelSerializer[WorkOrder]):
    """A sub-order in brief: which unit, what of, how far."""

    lead_unit = UnitBrief(allow_null=True)

    class Meta:
        model = WorkOrder
        fields = [
            "id",
            "number",
            "state",
            "lead_unit",
            "description",
            "result",
            "closing_kind",
            "due_at",
            "finished_at",
        ]


class MoveOut(serializers.Serializer[Any]):
    move = serializers.ChoiceField(Move.choices)
    name = serializers.CharField()
    url = serializers.CharField()


class OrderDetail(OrderRow):
    """An order with its way so far, its clocks, and what the reader may do with it now."""

    district = GridBrief()
    street = GridBrief(allow_null=True)
    community = GridBrief(allow_null=True)
    reporter = PersonBrief(allow_null=True)
    handler = PersonBrief(allow_null=True)
    accountable_unit = UnitBrief(allow_null=True)
    accountable_node = GridBrief(allow_null=True)
    transfer_unit = UnitBrief(allow_null=True)
    facility = FacilityBrief(allow_null=True)
    assists = AssistOut(many=True)
    photos = PhotoOut(many=True)
    events = EventOut(many=True)
    clocks = ClockOut(many=True)
    escalations = EscalationOut(many=True)
    moves = serializers.SerializerMethodField()
    may_see_contact = serializers.SerializerMethodField()

    class Meta(OrderRow.Meta):
        fields = [
            *OrderRow.Meta.fields,
            "client_uuid",
            "district",
            "street",
            "community",
            "lng",
            "lat",
            "accuracy_m",
            "facility",
            "reporter",
            "handler",
            "accountable_unit",
            "accountable_node",
            "transfer_unit",
            "kind",
            "parent",
            "assists",
            "return_count",
            "rework_count",
            "result",
            "answer",
            "closing_kind",
            "rating",
            "accepted_at",
            "dispatched_at",
            "signed_at",
            "warn_at",
            "photos",
            "events",
            "clocks",
            "escalations",
            "moves",
            "may_see_contact",
        ]

    @extend_schema_field(MoveOut(many=True))
    def get_moves(self, order: WorkOrder) -> list[dict[str, str]]:
        who = standing_for(self.context["request"].user)
        return [
            {"move": move, "name": str(move.label), "url": reverse(f"api:work-order-{kebab(move)}", args=[order.pk])}
            for move in moves_offered(order, who)
        ]

    def get_may_see_contact(self, order: WorkOrder) -> bool:
        return sees_contact(order, standing_for(self.context["request"].user))


class ContactOut(serializers.ModelSerializer[WorkOrder]):
    class Meta:
        model = WorkOrder
        fields = ["contact_name", "contact_phone"]
