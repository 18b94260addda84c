"""Forms of visits: shape and type of what a phone or a page without scripts sends."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.states import Check, EntryKind, Outcome
from workorders.forms.fields import PhotosField, Plain


class VisitForm(Plain):
    """How a visit ended, whom it names, what was found. `finding()` gives the log entry, where there is one."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    visited_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    """Set by the page's script where the network was away; else the moment of sending."""
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the visit ended.")},
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Whom?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    finding_kind = forms.ChoiceField(
        label=_("What did they tell you?"), choices=EntryKind.choices, required=False, widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label=_("In a sentence"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    to_order = forms.BooleanField(label=_("Make a work order of it next"), required=False)
    photos = PhotosField(label=_("Photos"), required=False, camera=True)

    def __init__(self, data: Any = None, files: Any = None, *, people: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(data, files, initial={"client_uuid": uuid.uuid4()})
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - declared above
        field.choices = list(people)
        self.chosen = self._chosen(people)

    def _chosen(self, people: Sequence[tuple[int, str]]) -> set[int]:
        """Return who is ticked: as sent; at first only who lives there alone, since nobody is met by default."""
        if self.is_bound:
            sent = self.data.getlist("people") if hasattr(self.data, "getlist") else []
            return {int(pk) for pk in sent if pk.isdecimal()}
        return {people[0][0]} if len(people) == 1 else set()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("finding", "").strip() and not given.get("finding_kind"):
            self.add_error("finding_kind", _("Choose what it is about."))
        if given.get("to_order") and not given.get("finding", "").strip():
            self.add_error("finding", _("Say in a sentence what was said or seen."))
        return given

    def arguments(self) -> dict[str, Any]:
        """Return what `actions.record` takes beside the place, the actor and the people."""
        given = self.cleaned_data
        return {
            "outcome": given["outcome"],
            "client_uuid": given["client_uuid"],
            "note": given["note"],
            "photos": given["photos"],
            "visited_at": given["visited_at"],
        }


class OrganisationVisitForm(VisitForm):
    """A visit to an organisation: who was met is not asked, what was checked is."""

    checks = forms.MultipleChoiceField(
        label=_("What was checked?"), choices=Check.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"checks": self.cleaned_data["checks"]}
