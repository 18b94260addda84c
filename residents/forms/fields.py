"""What the forms of the registers share: a house named by its address, members of a household, what stays if empty."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.fields import TypedChoice
from residents import addresses, codes, kinship, masking
from residents.models import House, Membership, Resident


class HouseField(TypedChoice):
    """A house of the area, by its address in any usual spelling."""

    url = reverse_lazy("residents:suggest-houses")
    default_error_messages = {
        "unknown": _("No house of your area has this address. Enter the house first."),
        "ambiguous": _("Several houses of your area have this address. Write it with the building and the unit."),
    }

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Type the address, as 4-2-301 behind the estate's name, and choose."))
        super().__init__(queryset, **kwargs)
        self.widget.attrs["maxlength"] = 200

    def offer(self, user: User) -> None:
        self.queryset = House.objects.changeable_by(user).standing()

    def matches(self, words: str) -> "QuerySet[House]":
        assert self.queryset is not None  # noqa: S101 - narrows the type
        exact = self.queryset.filter(address=words)
        return exact if exact.exists() else self.queryset.filter(address_key=addresses.address_key(words))

    def prepare_value(self, value: Any) -> Any:
        return value.address if isinstance(value, House) else value


def code_field(code_set: str, label: Any, *, empty: Any = "—", **kwargs: Any) -> forms.ChoiceField:
    """Let one code of a set be chosen, shown in the reader's language."""

    def choices() -> list[tuple[str, str]]:
        return [*([("", str(empty))] if empty is not None else []), *codes.choices(code_set)]

    return forms.ChoiceField(label=label, required=False, choices=choices, **kwargs)


def relations() -> list[tuple[str, str]]:
    """Return how somebody may be related to the head, for a field to choose from."""
    return [(code, label) for code, label in codes.choices("kinship") if code != kinship.HEAD]


def no_autofill(**attrs: Any) -> forms.TextInput:
    """Return a text widget in which the browser neither remembers nor corrects what belongs to somebody else."""
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"} | attrs)


def hidden_version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


def told_apart(resident: Resident, relation: str = "") -> str:
    """Name somebody in a list to choose from: masked, with relation and last four digits to tell two apart."""
    words = [masking.name(resident.name), codes.label("kinship", relation) if relation else ""]
    tail = masking.tail(resident.identity_last4)
    return " · ".join(word for word in (*words, tail) if word)


def members_field(members: Iterable[Membership], label: Any, **kwargs: Any) -> forms.TypedChoiceField:
    """Let one of these members be chosen; the value is the key of the person."""
    choices = [(str(m.resident_id), told_apart(m.resident, m.kinship)) for m in members]
    return forms.TypedChoiceField(label=label, choices=[("", "—"), *choices], coerce=int, empty_value=None, **kwargs)
