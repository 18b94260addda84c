"""Forms of households: who heads it, who joins, how they are related."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.forms.fields import day_field
from residents import kinship
from residents.forms.fields import code_field, hidden_version, members_field, relations, told_apart
from residents.models import Household, Membership, Resident


class FormHouseholdForm(forms.Form):
    """A new household of people of a house who are in none."""

    number = forms.CharField(label=_("household number"), max_length=9, required=False)
    day = day_field(_("Since when"), initial=timezone.localdate)

    def __init__(self, data: Any = None, *, people: list[Resident]) -> None:
        super().__init__(data)
        self.people = people
        chosen = [(str(row.pk), told_apart(row)) for row in people]
        self.fields["head"] = forms.TypedChoiceField(
            label=_("head of the household"), choices=chosen, coerce=int, widget=forms.RadioSelect
        )
        for row in people:
            self.fields[f"kinship_{row.pk}"] = forms.ChoiceField(
                label=told_apart(row), required=False, choices=[("", _("not in this household")), *relations()]
            )
        self.order_fields(["head", *(f"kinship_{row.pk}" for row in people)])

    def choices(self) -> list[forms.BoundField]:
        return [self[f"kinship_{row.pk}"] for row in self.people]

    def members(self) -> list[tuple[int, str]]:
        """Return who joins the head, with their relation."""
        data = self.cleaned_data
        given = [(row.pk, data[f"kinship_{row.pk}"]) for row in self.people]
        return [(pk, relation) for pk, relation in given if relation and pk != data["head"]]


class AddMemberForm(forms.Form):
    version = hidden_version()
    kinship = code_field("kinship", _("relation to the head"), empty=None, initial=kinship.STRANGER)

    def __init__(self, data: Any = None, *, household: Household, people: list[Resident]) -> None:
        super().__init__(data, initial={"version": household.version}, auto_id="join_%s")
        choices = [(str(row.pk), told_apart(row)) for row in people]
        self.fields["resident"] = forms.TypedChoiceField(label=_("Person"), choices=choices, coerce=int)
        field = self.fields["kinship"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = relations()
        self.order_fields(["resident", "kinship"])


class RelationsForm(forms.Form):
    """How each member is related to the head, and the household's number."""

    version = hidden_version()
    number = forms.CharField(label=_("household number"), max_length=9, required=False)

    def __init__(self, data: Any = None, *, household: Household, members: list[Membership]) -> None:
        initial = {"version": household.version, "number": household.number}
        super().__init__(data, initial=initial, auto_id="relations_%s")
        self.others = [member for member in members if member.resident_id != household.head_id]
        for member in self.others:
            self.fields[f"kinship_{member.resident_id}"] = forms.ChoiceField(
                label=told_apart(member.resident), choices=relations(), initial=member.kinship
            )

    def given(self) -> dict[int, str]:
        return {m.resident_id: self.cleaned_data[f"kinship_{m.resident_id}"] for m in self.others}


class HeadForm(forms.Form):
    version = hidden_version()

    def __init__(self, data: Any = None, *, household: Household, members: list[Membership]) -> None:
        super().__init__(data, initial={"version": household.version}, auto_id="head_%s")
        others = [member for member in members if member.resident_id != household.head_id]
        self.fields["head"] = members_field(others, _("head of the household"))


class EndMembershipForm(forms.Form):
    version = hidden_version()
    day = day_field(_("Since when"), initial=timezone.localdate)

    def __init__(self, data: Any = None, *, household: Household, members: list[Membership]) -> None:
        super().__init__(data, initial={"version": household.version}, auto_id="end_%s")
        self.fields["resident"] = members_field(members, _("Who leaves the household"))
        others = [member for member in members if member.resident_id != household.head_id]
        if others:
            self.fields["new_head"] = members_field(
                others, _("Who heads the household then"), required=False, help_text=_("Where the head leaves.")
            )
        self.order_fields(["resident", "new_head", "day"])


class DissolveForm(forms.Form):
    version = hidden_version()
    day = day_field(_("Since when"), initial=timezone.localdate)

    def __init__(self, data: Any = None, *, household: Household) -> None:
        super().__init__(data, initial={"version": household.version}, auto_id="dissolve_%s")
