"""Forms of organisations: shape and type only; what may stand in an entry, residents/organisation_details.py says."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.fields import NodeField, day_field
from grids.models import Grid, Kind
from residents import masking, safety
from residents import organisation_details as rules
from residents.forms.fields import HouseField, hidden_version, no_autofill
from residents.models import House, Organisation, OrganisationKind

MASKED = ("credit_code", *rules.PEOPLE, *rules.PHONES)
"""What pages show masked: left empty in the form, it stays as it is."""
GRIDS = (Kind.BASE, Kind.DEDICATED, Kind.MICRO)


class OrganisationForm(forms.Form):
    """A new or changed entry, in a house or at an address of a grid."""

    name = forms.CharField(label=_("name"), max_length=100)
    kind = forms.ChoiceField(label=_("kind"), choices=OrganisationKind.choices)
    is_key_site = forms.BooleanField(
        label=_("key site"),
        required=False,
        help_text=_("Its fire, electricity and gas checks are then due every year."),
    )
    house = HouseField(label=_("house"), required=False)
    grid = NodeField(label=_("grid"), required=False, help_text=_("Where it is in no house."))
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    credit_code = forms.CharField(
        label=_("unified social credit code"), max_length=40, required=False, widget=no_autofill()
    )
    trade = forms.CharField(label=_("line of business"), max_length=60, required=False)
    employees = forms.IntegerField(label=_("people who work there"), min_value=0, required=False)
    manager_name = forms.CharField(label=_("person in charge"), max_length=60, required=False, widget=no_autofill())
    manager_phone = forms.CharField(
        label=_("telephone of the person in charge"), max_length=40, required=False, widget=no_autofill(inputmode="tel")
    )
    safety_name = forms.CharField(label=_("safety contact"), max_length=60, required=False, widget=no_autofill())
    safety_phone = forms.CharField(
        label=_("telephone of the safety contact"), max_length=40, required=False, widget=no_autofill(inputmode="tel")
    )
    fire_checked_on = day_field(_("last fire safety check"), required=False)
    electricity_checked_on = day_field(_("last electricity check"), required=False)
    gas_checked_on = day_field(_("last gas check"), required=False)
    version = hidden_version()

    GENERAL = ("name", "kind", "is_key_site", "house", "grid", "address", "credit_code", "trade", "employees")
    PEOPLE = ("manager_name", "manager_phone", "safety_name", "safety_phone")

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        organisation: Organisation | None = None,
        house: House | None = None,
    ) -> None:
        super().__init__(data)
        self.organisation, self.known_house = organisation, house
        homes, grids = self.fields["house"], self.fields["grid"]
        assert isinstance(homes, HouseField)  # noqa: S101 - declared above
        assert isinstance(grids, NodeField)  # noqa: S101 - declared above
        homes.offer(user)
        grids.queryset = Grid.objects.visible_to(user).in_force(timezone.localdate()).filter(kind__in=GRIDS)
        if house is not None:
            del self.fields["house"], self.fields["grid"]
        if organisation is not None:
            self._show(organisation)

    def _show(self, row: Organisation) -> None:
        shown: dict[str, Any] = {name: getattr(row, name) for name in rules.FIELDS if name not in MASKED}
        shown |= {"version": row.version, "house": row.house, "grid": None if row.house else row.grid}
        self.initial = shown
        masked = {name: masking.name(getattr(row, name)) for name in rules.PEOPLE}
        masked |= {name: masking.phone(getattr(row, name)) for name in rules.PHONES}
        masked["credit_code"] = masking.credit_code(row.credit_code)
        for name, stars in masked.items():
            if stars:
                self.fields[name].widget.attrs["placeholder"] = stars
                self.fields[name].help_text = _("Left empty, %(masked)s stays.") % {"masked": stars}

    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in self.GENERAL if name in self.fields]

    def people(self) -> list[forms.BoundField]:
        return [self[name] for name in self.PEOPLE]

    def checks(self) -> list[forms.BoundField]:
        return [self[name] for name in rules.CHECKS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.known_house is None and not data.get("house") and not data.get("grid") and not self.errors:
            self.add_error("house", _("Say in which house or grid the organisation is."))
        return data

    def details(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name in rules.FIELDS}
        if self.organisation is None:
            return given
        return {name: value for name, value in given.items() if value or name not in MASKED}

    def where(self) -> dict[str, Any]:
        house = self.known_house or self.cleaned_data.get("house")
        return {"house": house} if house is not None else {"grid": self.cleaned_data["grid"]}


class CheckForm(forms.Form):
    """A check that was made: which, and when."""

    kind = forms.ChoiceField(
        label=_("What was checked"),
        choices=safety.CheckKind.choices,
        widget=forms.RadioSelect,
    )
    day = day_field(_("When it was checked"), initial=timezone.localdate)
    version = hidden_version()


class CloseForm(forms.Form):
    day = day_field(_("closed since"), initial=timezone.localdate)
    version = hidden_version()


class ReopenForm(forms.Form):
    version = hidden_version()


class Narrow(TextChoices):
    OPEN = "", _("Open")
    KEY = "key", _("Key sites")
    OVERDUE = "overdue", _("Key sites with an overdue check")
    CLOSED = "closed", _("Closed")


class OrganisationFilter(forms.Form):
    node = NodeField(label=_("At or below"), required=False, help_text="")
    kind = forms.ChoiceField(label=_("kind"), choices=[("", _("All kinds")), *OrganisationKind.choices], required=False)
    shown = forms.ChoiceField(label=_("Shown"), choices=Narrow.choices, required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.fields["node"].queryset = Grid.objects.visible_to(user)  # type: ignore[attr-defined]
