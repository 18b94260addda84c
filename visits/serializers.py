"""Visits in the API: the pages' own masking and sight."""

from typing import Any

from rest_framework import serializers

from residents import masking
from visits.actions import Way
from visits.dayplan import Person, Stop
from visits.models import Visit
from visits.states import Check, EntryKind, Outcome


class DuePersonOut(serializers.Serializer[Person]):
    resident = serializers.IntegerField(source="resident_id")
    name = serializers.CharField(help_text="Masked.")
    due_on = serializers.DateField()
    tries = serializers.IntegerField(help_text="In vain since they were last reached.")
    next_try = serializers.CharField()


class StopOut(serializers.Serializer[Stop]):
    """A home on the day's way, with everybody of it who is due."""

    key = serializers.IntegerField(help_text="Names the stop within the plan.")
    house = serializers.IntegerField(source="house_id", allow_null=True)
    resident = serializers.IntegerField(source="resident_id", help_text="Where there is no house: whom to visit.")
    address = serializers.CharField()
    due_on = serializers.DateField()
    is_contact = serializers.BooleanField(help_text="A contact household of somebody.")
    metres = serializers.IntegerField(allow_null=True, help_text="From the stop before.")
    people = DuePersonOut(many=True)


class StopMoveIn(serializers.Serializer[Any]):
    stop = serializers.IntegerField(help_text="`key` of the stop.")
    way = serializers.ChoiceField(choices=Way.choices)


class PlanOut(serializers.Serializer[Any]):
    """Who is due in a grid today, in the order of the day plan."""

    grid = serializers.IntegerField()
    day = serializers.DateField()
    people = serializers.IntegerField(help_text="All who are due, also those beyond the stops listed.")
    overdue = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Homes that are due and not listed for today.")
    stops = StopOut(many=True)


class VisitOut(serializers.ModelSerializer[Visit]):
    people = serializers.SerializerMethodField()
    visitor = serializers.CharField(source="visitor.display_name")

    class Meta:
        model = Visit
        fields = (
            *("id", "client_uuid", "house", "organisation", "grid", "visitor", "outcome", "next_try", "checks"),
            *("visited_at", "note", "people", "annulled_at"),
        )
        read_only_fields = fields

    def get_people(self, visit: Visit) -> list[dict[str, Any]]:
        return [{"resident": row.resident_id, "name": masking.name(row.resident.name)} for row in visit.people.all()]


class VisitIn(serializers.Serializer[Any]):
    """One of `house`, `resident` and `organisation` says where; safe to send again with the same `client_uuid`."""

    client_uuid = serializers.UUIDField()
    house = serializers.IntegerField(required=False, min_value=1)
    resident = serializers.IntegerField(required=False, min_value=1)
    organisation = serializers.IntegerField(required=False, min_value=1)
    outcome = serializers.ChoiceField(Outcome.choices)
    people = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=100)
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    checks = serializers.ListField(child=serializers.ChoiceField(Check.choices), required=False)
    visited_at = serializers.DateTimeField(required=False)
    finding_kind = serializers.ChoiceField(EntryKind.choices, required=False)
    finding = serializers.CharField(required=False, allow_blank=True, max_length=1000)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if sum(name in given for name in ("house", "resident", "organisation")) != 1:
            raise serializers.ValidationError("Name one of house, resident and organisation.")
        if given.get("finding") and "finding_kind" not in given:
            raise serializers.ValidationError({"finding_kind": "Say what the finding is about."})
        return given
