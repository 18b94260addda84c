"""Forms of people: shape and type only; what may stand in an entry, residents/details.py says."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.forms.fields import NodeField, day_field
from grids.models import Grid
from residents import details as rules
from residents import facts, kinship, masking
from residents.forms.fields import (
    HouseField,
    code_field,
    hidden_version,
    members_field,
    no_autofill,
    relations,
    told_apart,
)
from residents.models import Gone, House, Household, HouseUse, LeftBehindFacts, Membership, Resident, ResidentKind

KEPT = ("name", "identity_number", "phone", "guardian_name", "guardian_phone")
"""What a page shows masked: left empty in the form, it stays as it is."""


class Lives(TextChoices):
    """How somebody belongs to the house of the form."""

    BOTH = "both", _("Lives here and is registered here")
    HERE = "here", _("Lives here, registered elsewhere")
    REGISTERED = "registered", _("Registered here, lives elsewhere")


class PersonFields(forms.Form):
    """The entry of a person with the facts of every kind; empty selections are not given on."""

    name = forms.CharField(label=pgettext_lazy("of a person", "name"), max_length=60, widget=no_autofill())
    kind = forms.ChoiceField(label=_("kind"), choices=ResidentKind.choices)
    identity_number = forms.CharField(
        label=_("identity number"), max_length=40, required=False, widget=no_autofill(inputmode="text")
    )
    phone = forms.CharField(label=_("phone"), max_length=40, required=False, widget=no_autofill(inputmode="tel"))
    certificate = code_field("certificate", _("certificate"), empty=None, initial=rules.IDENTITY_CARD)
    sex = code_field("sex", _("sex"), help_text=_("An identity card's number says it."))
    born_on = day_field(_("born on"), required=False, help_text=_("An identity card's number says it."))
    registered_address = forms.CharField(label=_("address of registration elsewhere"), max_length=200, required=False)
    since_on = day_field(_("here since"), required=False)
    occupation = forms.CharField(label=_("occupation"), max_length=60, required=False)
    employer = forms.CharField(label=_("place of work or school"), max_length=100, required=False)
    ethnicity = code_field("ethnicity", _("ethnic group"))
    education = code_field("education", _("education"))
    marital = code_field("marital", _("marital status"))
    political = code_field("political", _("party membership"))
    note = forms.CharField(
        label=_("note"), max_length=200, required=False, help_text=_("No illness, no religion, no complaints.")
    )
    inflow_reason = code_field("inflow_reason", _("reason for coming"))
    dwelling = code_field("dwelling", _("kind of dwelling"))
    home_region = forms.CharField(label=_("home region"), max_length=6, required=False, help_text=_("Six digits."))
    permit_expires_on = day_field(_("residence permit until"), required=False)
    country = code_field("country", _("country or region"))
    latin_name = forms.CharField(label=_("name in Latin letters"), max_length=80, required=False, widget=no_autofill())
    purpose = code_field("visit_purpose", _("purpose of the stay"))
    arrived_on = day_field(_("arrived on"), required=False)
    certificate_expires_on = day_field(_("certificate until"), required=False)
    leaves_on = day_field(_("means to leave on"), required=False)
    group = forms.ChoiceField(label=_("group"), choices=[("", "—"), *LeftBehindFacts.Group.choices], required=False)
    guardian_name = forms.CharField(
        label=_("family member to reach"), max_length=60, required=False, widget=no_autofill()
    )
    guardian_relation = code_field("kinship", _("relation"))
    guardian_phone = forms.CharField(
        label=_("telephone of the family member"), max_length=40, required=False, widget=no_autofill(inputmode="tel")
    )

    QUICK: tuple[str, ...] = ("name", "identity_number", "phone", "kind")
    MORE: tuple[str, ...] = (
        *("certificate", "sex", "born_on", "registered_address", "since_on", "occupation", "employer"),
        *("ethnicity", "education", "marital", "political", "note"),
    )

    def quick(self) -> list[forms.BoundField]:
        return [self[name] for name in self.QUICK if name in self.fields]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE if name in self.fields]

    def by_kind(self) -> list[tuple[ResidentKind, list[forms.BoundField]]]:
        """Return the facts of each kind that has any, for the page to show those of the chosen one."""
        return [(ResidentKind(kind), [self[name] for name in names]) for kind, names in facts.CLEANERS.items()]

    def has_errors_below(self) -> bool:
        """Say whether a field that is folded away has an error."""
        return any(self[name].errors for name in self.MORE if name in self.fields)

    def details(self) -> dict[str, Any]:
        """Return what the actions take: the entry and the facts of the chosen kind."""
        wanted = {*rules.FIELDS, *facts.CLEANERS.get(self.cleaned_data["kind"], ())}
        return {name: value for name, value in self.cleaned_data.items() if name in wanted}


class AddForm(PersonFields):
    """A new entry; `house` is known when one comes from the house's page."""

    QUICK: tuple[str, ...] = ("house", "lives", "name", "identity_number", "phone", "kind", "household", "kinship")
    house = HouseField(label=_("house"))
    lives = forms.ChoiceField(label=_("belongs to the house"), choices=Lives.choices, widget=forms.RadioSelect)
    household = forms.ChoiceField(label=_("household"), required=False)
    kinship = code_field("kinship", _("relation to the head"))

    def __init__(self, data: Any = None, *, user: User, house: House | None, households: list[Household]) -> None:
        super().__init__(data)
        self.known_house = house
        field = self.fields["house"]
        assert isinstance(field, HouseField)  # noqa: S101 - declared above
        if house is None:
            field.offer(user)
            del self.fields["household"], self.fields["kinship"]
        else:
            del self.fields["house"]
            self._offer(households)
        lets = house is not None and house.use in {HouseUse.RENTED, HouseUse.GROUP_LET}
        self.initial.setdefault("kind", ResidentKind.FLOATING if lets else ResidentKind.REGISTERED)
        self.initial.setdefault("lives", Lives.HERE if lets else Lives.BOTH)

    def _offer(self, households: list[Household]) -> None:
        household = self.fields["household"]
        relation = self.fields["kinship"]
        assert isinstance(household, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(relation, forms.ChoiceField)  # noqa: S101 - declared above
        of = _("Household of %(name)s")
        household.choices = [
            *((str(row.pk), of % {"name": masking.name(row.head.name)}) for row in households),
            ("new", _("A household of their own")),
            ("", _("No household")),
        ]
        shares = households and (self.known_house is None or self.known_house.use != HouseUse.GROUP_LET)
        self.initial.setdefault("household", str(households[0].pk) if shares else "new")
        relation.choices = [("", "—"), *relations()]
        if not households:
            del self.fields["kinship"]

    def where(self) -> dict[str, Any]:
        """Return the houses and the household that the action takes."""
        data = self.cleaned_data
        house = self.known_house or data["house"]
        taken: dict[str, Any] = {
            "house": None if data["lives"] == Lives.REGISTERED else house,
            "registered_house": None if data["lives"] == Lives.HERE else house,
        }
        choice = data.get("household", "")
        if choice == "new":
            taken["heads"] = taken["house"] is not None
        elif choice:
            taken |= {"household": int(choice), "kinship": data.get("kinship", "")}
        return taken


class EditForm(PersonFields):
    """A changed entry. What is masked on pages is not shown here either: left empty, it stays."""

    version = hidden_version()
    forget_number = forms.BooleanField(label=_("Delete the identity number"), required=False)
    forget_phone = forms.BooleanField(label=_("Delete the telephone number"), required=False)
    MORE: tuple[str, ...] = (*PersonFields.MORE, "forget_number", "forget_phone")

    def __init__(self, data: Any = None, *, resident: Resident) -> None:
        super().__init__(data, initial=self._initial(resident))
        self.fields["name"].required = False
        stays = _("Left empty, %(masked)s stays.")
        for name, masked in _masked(resident).items():
            self.fields[name].widget.attrs["placeholder"] = masked
            self.fields[name].help_text = stays % {"masked": masked}
        if resident.identity_number and resident.certificate == rules.IDENTITY_CARD:
            # A date of birth beside a masked number would name the person.
            del self.fields["born_on"], self.fields["sex"]
        for name, value in (("forget_number", resident.identity_number), ("forget_phone", resident.phone)):
            if not value:
                del self.fields[name]

    @staticmethod
    def _initial(resident: Resident) -> dict[str, Any]:
        shown = {name: getattr(resident, name) for name in rules.FIELDS if name not in KEPT}
        beside = facts.of(resident)
        if beside is not None:
            names = facts.CLEANERS[resident.kind]
            shown |= {name: getattr(beside, name) for name in names if name not in KEPT}
        return shown | {"version": resident.version}

    def details(self) -> dict[str, Any]:
        given = {name: value for name, value in super().details().items() if value or name not in KEPT}
        for flag, name in (("forget_number", "identity_number"), ("forget_phone", "phone")):
            if self.cleaned_data.get(flag):
                given[name] = ""
        return given


def _masked(resident: Resident) -> dict[str, str]:
    shown = {
        "name": masking.name(resident.name),
        "identity_number": masking.identity_number(resident.identity_number),
        "phone": masking.phone(resident.phone),
    }
    beside = facts.of(resident)
    if isinstance(beside, LeftBehindFacts):
        shown |= {
            "guardian_name": masking.name(beside.guardian_name),
            "guardian_phone": masking.phone(beside.guardian_phone),
        }
    return {name: masked for name, masked in shown.items() if masked}


class GoesForm(forms.Form):
    """What every form of going asks: since when, and who heads the household that is left."""

    household_moves: bool | None = None
    """Whether the household goes along unless somebody says otherwise; None where it cannot."""
    day = day_field(_("Since when"), initial=timezone.localdate)
    version = hidden_version()

    def __init__(self, data: Any = None, *, resident: Resident, members: list[Membership]) -> None:
        super().__init__(data, initial={"version": resident.version})
        if self.household_moves is not None and len(members) > 1:
            self.fields["with_household"] = forms.BooleanField(
                label=_("The whole household moves along"), required=False, initial=self.household_moves
            )
        others = [member for member in members if member.resident_id != resident.pk]
        heads = any(m.resident_id == resident.pk and m.kinship == kinship.HEAD for m in members)
        if heads and others:
            is_left = self.household_moves is None
            self.fields["new_head"] = members_field(
                others,
                _("Who heads the household then"),
                required=is_left,
                help_text="" if is_left else _("Only where the others stay."),
            )
        self.order_fields(self.field_order)


class LeaveForm(GoesForm):
    field_order = ("why", "day", "new_head")
    why = forms.ChoiceField(
        label=pgettext_lazy("of leaving", "Why"),
        choices=[(Gone.MOVED.value, Gone.MOVED.label), (Gone.DIED.value, Gone.DIED.label)],
        widget=forms.RadioSelect,
    )


class Registration(TextChoices):
    KEEP = "keep", _("stays as it is")
    HERE = "here", _("is this house too")
    ELSEWHERE = "elsewhere", _("is elsewhere")


class MoveForm(GoesForm):
    field_order = ("house", "with_household", "new_head", "registration", "day")
    household_moves = True
    house = HouseField(label=_("New home"))
    registration = forms.ChoiceField(
        label=_("The registration"), choices=Registration.choices, initial=Registration.KEEP, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, user: User, resident: Resident, members: list[Membership]) -> None:
        super().__init__(data, resident=resident, members=members)
        field = self.fields["house"]
        assert isinstance(field, HouseField)  # noqa: S101 - declared above
        field.offer(user)


class RegistrationForm(forms.Form):
    """In which house of the area somebody is registered; without one it is elsewhere."""

    house = HouseField(label=_("registered in"), required=False)
    address = forms.CharField(
        label=_("address of registration elsewhere"),
        max_length=200,
        required=False,
        help_text=_("Where no house above is the registered one."),
    )
    version = hidden_version()

    def __init__(self, data: Any = None, *, user: User, resident: Resident) -> None:
        super().__init__(data, initial={"version": resident.version, "house": resident.registered_house})
        field = self.fields["house"]
        assert isinstance(field, HouseField)  # noqa: S101 - declared above
        field.offer(user)


class ReturnForm(forms.Form):
    house = HouseField(label=_("Lives in"), required=False)
    day = day_field(_("Since when"), initial=timezone.localdate)
    version = hidden_version()

    def __init__(self, data: Any = None, *, user: User, resident: Resident) -> None:
        super().__init__(data, initial={"version": resident.version})
        field = self.fields["house"]
        assert isinstance(field, HouseField)  # noqa: S101 - declared above
        field.offer(user)
        if resident.house is not None:
            field.help_text = _("Left empty, the last home: %(house)s") % {"house": resident.house.address}
        else:
            field.required = resident.registered_house is None


class DoubleForm(forms.Form):
    """Which other entry of the same house or name stays."""

    version = hidden_version()

    def __init__(
        self, data: Any = None, *, resident: Resident, others: list[Resident], members: list[Membership]
    ) -> None:
        super().__init__(data, initial={"version": resident.version})
        choices = [(str(row.pk), told_apart(row)) for row in others]
        self.fields["of"] = forms.TypedChoiceField(
            label=_("The entry that stays"), choices=choices, coerce=int, widget=forms.RadioSelect
        )
        rest = [m for m in members if m.resident_id != resident.pk]
        if rest and any(m.resident_id == resident.pk and m.kinship == kinship.HEAD for m in members):
            self.fields["new_head"] = members_field(rest, _("Who heads the household then"))


class Presence(TextChoices):
    HERE = "here", _("In the register")
    GONE = "gone", _("No longer here")


class PeopleFilter(forms.Form):
    """What the list is narrowed to; nothing here names a person, so that it may stand in the address."""

    node = NodeField(label=_("At or below"), required=False, help_text="")
    kind = forms.ChoiceField(label=_("kind"), choices=[("", _("All kinds")), *ResidentKind.choices], required=False)
    use = forms.ChoiceField(label=_("use of the house"), choices=[("", _("Any")), *HouseUse.choices], required=False)
    shown = forms.ChoiceField(label=_("Shown"), choices=Presence.choices, required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.fields["node"].queryset = Grid.objects.visible_to(user)  # type: ignore[attr-defined]
