"""People and organisations as the API shows them: masked like the pages; an age and never a date of birth."""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grids.api import GridBrief
from grids.backends import standing_for
from grids.roles import Permission
from residents import facts, masking, person_page, safety, sight
from residents.models import Membership, Organisation, Resident
from residents.models.placed import Placed

_MASKED_FACTS = {
    "latin_name": masking.name,
    "guardian_name": masking.name,
    "guardian_phone": masking.phone,
}


def may_edit(serializer: serializers.BaseSerializer[Any], row: Placed) -> bool:
    who = standing_for(serializer.context["request"].user)
    return sight.may(who, Permission.EDIT_REGISTERS, row.path_ids)


class PersonRow(serializers.ModelSerializer[Resident]):
    name = serializers.SerializerMethodField(help_text="masked")
    age = serializers.SerializerMethodField(help_text="full years today")
    identity_number = serializers.SerializerMethodField(help_text="masked")
    phone = serializers.SerializerMethodField(help_text="masked")
    is_consistent = serializers.BooleanField(read_only=True, help_text="lives where registered")
    grid = GridBrief()

    class Meta:
        model = Resident
        fields = [
            *("id", "kind", "name", "sex", "age", "certificate", "identity_number", "phone"),
            *("house", "registered_house", "is_consistent", "grid", "since_on", "gone", "gone_on"),
            *("updated_at", "version"),
        ]

    def get_name(self, person: Resident) -> str:
        return masking.name(person.name)

    def get_age(self, person: Resident) -> int | None:
        return person.age(timezone.localdate())

    def get_identity_number(self, person: Resident) -> str:
        return masking.identity_number(person.identity_number)

    def get_phone(self, person: Resident) -> str:
        return masking.phone(person.phone)


class MemberOut(serializers.ModelSerializer[Membership]):
    class Meta:
        model = Membership
        fields = ["resident", "kinship", "started_on"]


class HouseholdOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    head = serializers.IntegerField()
    number = serializers.CharField()
    members = MemberOut(many=True)


class PersonDetail(PersonRow):
    registered_address = serializers.SerializerMethodField(help_text="masked")
    facts = serializers.SerializerMethodField(help_text="what the kind has of its own, masked")
    household = serializers.SerializerMethodField()
    may_edit = serializers.SerializerMethodField()

    class Meta(PersonRow.Meta):
        fields = [
            *PersonRow.Meta.fields,
            *("ethnicity", "marital", "education", "political", "occupation", "employer", "note"),
            *("registered_address", "facts", "household", "may_edit"),
        ]

    def get_registered_address(self, person: Resident) -> str:
        return masking.address(person.registered_address) if person.registered_address else ""

    def get_facts(self, person: Resident) -> dict[str, str | dt.date | None]:
        beside = facts.of(person)
        if beside is None:
            return {}
        found = {name: getattr(beside, name) for name in facts.CLEANERS[person.kind]}
        return found | {name: mask(found[name]) for name, mask in _MASKED_FACTS.items() if name in found}

    @extend_schema_field(HouseholdOut(allow_null=True))
    def get_household(self, person: Resident) -> Any:
        household, members = person_page.household_of(person)
        if household is None:
            return None
        row = {"id": household.pk, "head": household.head_id, "number": household.number, "members": members}
        return HouseholdOut(row).data

    def get_may_edit(self, person: Resident) -> bool:
        return may_edit(self, person)


class OrganisationRow(serializers.ModelSerializer[Organisation]):
    credit_code = serializers.SerializerMethodField(help_text="masked")
    grid = GridBrief()
    overdue = serializers.SerializerMethodField(help_text="the checks of a key site that are overdue today")

    class Meta:
        model = Organisation
        fields = [
            *("id", "kind", "name", "credit_code", "is_key_site", "address", "house", "grid", "trade", "employees"),
            *("fire_checked_on", "electricity_checked_on", "gas_checked_on", "overdue", "closed_on"),
            *("updated_at", "version"),
        ]

    def get_credit_code(self, organisation: Organisation) -> str:
        return masking.credit_code(organisation.credit_code)

    def get_overdue(self, organisation: Organisation) -> list[str]:
        return [check.kind for check in safety.checks_of(organisation, timezone.localdate()) if check.is_overdue]


class OrganisationDetail(OrganisationRow):
    manager_name = serializers.SerializerMethodField(help_text="masked")
    manager_phone = serializers.SerializerMethodField(help_text="masked")
    safety_name = serializers.SerializerMethodField(help_text="masked")
    safety_phone = serializers.SerializerMethodField(help_text="masked")
    may_edit = serializers.SerializerMethodField()

    class Meta(OrganisationRow.Meta):
        fields = [
            *OrganisationRow.Meta.fields,
            *("manager_name", "manager_phone", "safety_name", "safety_phone", "lng", "lat", "may_edit"),
        ]

    def get_manager_name(self, organisation: Organisation) -> str:
        return masking.name(organisation.manager_name)

    def get_manager_phone(self, organisation: Organisation) -> str:
        return masking.phone(organisation.manager_phone)

    def get_safety_name(self, organisation: Organisation) -> str:
        return masking.name(organisation.safety_name)

    def get_safety_phone(self, organisation: Organisation) -> str:
        return masking.phone(organisation.safety_phone)

    def get_may_edit(self, organisation: Organisation) -> bool:
        return may_edit(self, organisation)
