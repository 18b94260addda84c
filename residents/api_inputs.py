"""What the API of the registers takes: shape and type; what may stand in an entry, the rules of the pages say."""

from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import serializers

from grids.models import Grid
from residents.models import Gone, House, Household, LeftBehindFacts, OrganisationKind, Resident, ResidentKind
from residents.safety import CheckKind


class SeenKey(serializers.PrimaryKeyRelatedField[Any]):
    """A key among those that the asker may see: of others it says what it says of keys that do not exist."""

    def get_queryset(self) -> Any:
        rows = cast(Any, self).queryset
        return rows.visible_to(self.context["request"].user) if "request" in self.context else rows.all()


def words(**kwargs: Any) -> Any:
    return serializers.CharField(**{"required": False, "allow_blank": True, "max_length": 200} | kwargs)


def code(code_set: str) -> Any:
    return words(max_length=10, help_text=f"a code of the set `{code_set}`")


def day(**kwargs: Any) -> Any:
    return serializers.DateField(required=False, allow_null=True, **kwargs)


class EntryVersionIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="of the entry that one looked at"
    )


class DetailsIn(serializers.Serializer[Any]):
    """The entry of a person and the facts of the kind; a field that is not sent stays as it is."""

    kind = serializers.ChoiceField(ResidentKind.choices, required=False)
    name = words(max_length=60)
    certificate = code("certificate")
    identity_number = words(max_length=40, help_text="an identity card's says birth and sex; empty deletes it")
    sex = code("sex")
    born_on = day()
    phone = words(max_length=40)
    ethnicity = code("ethnicity")
    marital = code("marital")
    education = code("education")
    political = code("political")
    occupation = words(max_length=60)
    employer = words(max_length=100)
    registered_address = words()
    note = words()
    since_on = day()
    inflow_reason = code("inflow_reason")
    dwelling = code("dwelling")
    home_region = words(max_length=6)
    permit_expires_on = day()
    country = words(max_length=3)
    latin_name = words(max_length=80)
    purpose = code("visit_purpose")
    arrived_on = day()
    certificate_expires_on = day()
    leaves_on = day()
    group = serializers.ChoiceField(LeftBehindFacts.Group.choices, required=False)
    guardian_name = words(max_length=60)
    guardian_relation = code("kinship")
    guardian_phone = words(max_length=40)


class PersonIn(DetailsIn):
    """A new entry: where the person lives, where they are registered, and the household they join or head."""

    house = SeenKey(queryset=House.objects.standing(), required=False, allow_null=True)
    registered_house = SeenKey(queryset=House.objects.standing(), required=False, allow_null=True)
    household = SeenKey(queryset=Household.objects.open(), required=False, allow_null=True)
    kinship = code("kinship")
    heads = serializers.BooleanField(required=False, help_text="they head a new household of their own")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("name", "").strip():
            raise serializers.ValidationError({"name": [_("A name is needed.")]})
        return attrs


class PersonPatch(EntryVersionIn, DetailsIn):
    pass


class HouseMoveIn(EntryVersionIn):
    house = SeenKey(queryset=House.objects.standing())
    registered_house = SeenKey(
        queryset=House.objects.standing(),
        required=False,
        allow_null=True,
        help_text="not sent: stays; null: is elsewhere",
    )
    with_household = serializers.BooleanField(required=False)
    new_head = SeenKey(queryset=Resident.objects.here(), required=False, allow_null=True)
    day = day()


class RegistrationIn(EntryVersionIn):
    house = SeenKey(queryset=House.objects.standing(), allow_null=True, help_text="null: elsewhere")
    address = words(help_text="where it is elsewhere")


class DepartureIn(EntryVersionIn):
    why = serializers.ChoiceField([(Gone.MOVED.value, Gone.MOVED.label), (Gone.DIED.value, Gone.DIED.label)])
    new_head = SeenKey(queryset=Resident.objects.here(), required=False, allow_null=True)
    day = day()


class ComeBackIn(EntryVersionIn):
    house = SeenKey(queryset=House.objects.standing(), required=False, allow_null=True)
    day = day()


class OrganisationFieldsIn(serializers.Serializer[Any]):
    """The entry of an organisation; a field that is not sent stays as it is."""

    kind = serializers.ChoiceField(OrganisationKind.choices, required=False)
    name = words(max_length=100)
    credit_code = words(max_length=40)
    is_key_site = serializers.BooleanField(required=False)
    address = words()
    trade = words(max_length=60)
    employees = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    manager_name = words(max_length=60)
    manager_phone = words(max_length=40)
    safety_name = words(max_length=60)
    safety_phone = words(max_length=40)
    fire_checked_on = day()
    electricity_checked_on = day()
    gas_checked_on = day()
    lng = serializers.DecimalField(9, 6, required=False, allow_null=True)
    lat = serializers.DecimalField(9, 6, required=False, allow_null=True)
    house = SeenKey(queryset=House.objects.standing(), required=False)
    grid = SeenKey(queryset=Grid.objects.all(), required=False, help_text="where it is in no house")


class OrganisationIn(OrganisationFieldsIn):
    """A new organisation, in a house or at an address of a grid."""


class OrganisationPatch(EntryVersionIn, OrganisationFieldsIn):
    pass


class SafetyCheckIn(EntryVersionIn):
    kind = serializers.ChoiceField(CheckKind.choices)
    day = day()


class OrganisationCloseIn(EntryVersionIn):
    day = day()
