"""Whistles and joint reviews as the API shows them, and what it takes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coordination.models import JointReview, ReviewEntry, ReviewUnit, Summons, Whistle
from coordination.states import Act, Decision, Entry
from coordination.workflow import acts_for, entries_for
from grids.api import DegreesField, GridBrief
from grids.backends import standing_for
from grids.models import Grid, Unit
from workorders.api_inputs import MoveIn, VisibleKey, text
from workorders.models import WorkOrder
from workorders.serializers import PersonBrief, UnitBrief
from workorders.states import ExplanationBasis

SIX_PLACES = 6


class SummonsOut(serializers.ModelSerializer[Summons]):
    unit = UnitBrief()
    checked_in_by = PersonBrief(allow_null=True)
    may = serializers.SerializerMethodField(help_text="what you may do now for this unit")

    class Meta:
        model = Summons
        fields = [
            "unit",
            "attendance",
            "checked_in_at",
            "checked_in_by",
            "absent_at",
            "report",
            "reported_at",
            "rating",
            "rating_note",
            "rated_at",
            "may",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Act.choices)))
    def get_may(self, summons: Summons) -> list[str]:
        who = standing_for(self.context["request"].user)
        return [act.value for act in acts_for(summons.whistle, who, summons)]


class WhistleOut(serializers.ModelSerializer[Whistle]):
    node = GridBrief()
    blown_by = PersonBrief()
    summons = SummonsOut(many=True)
    may = serializers.SerializerMethodField(help_text="what you may do now with the whistle")

    class Meta:
        model = Whistle
        fields = [
            "id",
            "number",
            "state",
            "node",
            "subject",
            "words",
            "place",
            "lng",
            "lat",
            "meets_at",
            "blown_by",
            "blown_at",
            "due_at",
            "finished_at",
            "outcome",
            "version",
            "summons",
            "may",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Act.choices)))
    def get_may(self, whistle: Whistle) -> list[str]:
        return [act.value for act in acts_for(whistle, standing_for(self.context["request"].user))]


class BlowIn(serializers.Serializer[Any]):
    """A call. Give the point only whole; without `meets_at` it is at once, without `due_at` by the district's limit."""

    client_uuid = serializers.UUIDField(help_text="made by the client; the same one again answers the same whistle")
    node = VisibleKey(queryset=Grid.objects.all())
    units = VisibleKey(queryset=Unit.objects.all(), many=True)
    subject = serializers.CharField(max_length=100)
    words = text()
    place = serializers.CharField(max_length=200)
    lng = DegreesField(min_value=-180, max_value=180, required=False)
    lat = DegreesField(min_value=-90, max_value=90, required=False)
    meets_at = serializers.DateTimeField(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    order = VisibleKey(queryset=WorkOrder.objects.all(), required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lng, lat = attrs.pop("lng", None), attrs.pop("lat", None)
        if lng is not None and lat is not None:
            attrs["point"] = (round(lng, SIX_PLACES), round(lat, SIX_PLACES))
        return attrs


class WordsIn(MoveIn):
    words = text(required=True, allow_blank=False)


class RateIn(MoveIn):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    note = text(max_length=500)


class OutcomeIn(MoveIn):
    outcome = text(required=True, allow_blank=False)


class CancelIn(MoveIn):
    reason = text(required=True, allow_blank=False)


class ReviewUnitOut(serializers.ModelSerializer[ReviewUnit]):
    unit = UnitBrief()

    class Meta:
        model = ReviewUnit
        fields = ["unit", "part"]


class ReviewEntryOut(serializers.ModelSerializer[ReviewEntry]):
    actor = PersonBrief(allow_null=True)

    class Meta:
        model = ReviewEntry
        fields = ["id", "at", "kind", "actor", "actor_role", "words"]


class ReviewRow(serializers.ModelSerializer[JointReview]):
    node = GridBrief()
    lead_unit = UnitBrief(allow_null=True)
    units = ReviewUnitOut(many=True)
    order_number = serializers.CharField(source="order.number")

    class Meta:
        model = JointReview
        fields = [
            "id",
            "number",
            "state",
            "order",
            "order_number",
            "node",
            "question",
            "meets_at",
            "place",
            "due_at",
            "decision",
            "lead_unit",
            "units",
            "finished_at",
            "version",
        ]


class ReviewOut(ReviewRow):
    entries = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField(help_text="what you may add to the record now")

    class Meta(ReviewRow.Meta):
        fields = [*ReviewRow.Meta.fields, "precedent", "entries", "may"]

    @extend_schema_field(ReviewEntryOut(many=True))
    def get_entries(self, review: JointReview) -> Any:
        return ReviewEntryOut(review.entries.select_related("actor").order_by("id"), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Entry.choices)))
    def get_may(self, review: JointReview) -> list[str]:
        return [entry.value for entry in entries_for(review, standing_for(self.context["request"].user))]


class ConveneIn(MoveIn):
    order = VisibleKey(queryset=WorkOrder.objects.all())
    units = VisibleKey(queryset=Unit.objects.all(), many=True)
    question = serializers.CharField(max_length=2000)
    meets_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200)
    due_at = serializers.DateTimeField()


class DecideIn(WordsIn):
    decision = serializers.ChoiceField(Decision.choices)
    lead_unit = VisibleKey(queryset=Unit.objects.all(), required=False, allow_null=True)
    assist_units = VisibleKey(queryset=Unit.objects.all(), many=True, required=False)
    reason = serializers.ChoiceField(
        ExplanationBasis.choices, required=False, allow_blank=True, help_text="where it is explained"
    )
    basis = text()
    as_precedent = serializers.BooleanField(default=True)
    order_version = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
