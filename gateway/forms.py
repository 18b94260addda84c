"""The forms of the gateway: they clean and type, and save nothing."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gateway import addresses
from gateway.models import Receiver
from gateway.states import DeliveryState
from workorders.states import Move, OrderKind


class ReceiverForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, address and moves. The secret is made, never typed."""

    url = forms.URLField(
        label=pgettext_lazy("receiver", "Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    moves = forms.MultipleChoiceField(
        label=pgettext_lazy("of an order", "Moves"),
        required=False,
        choices=Move.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all moves."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of order"),
        required=False,
        choices=OrderKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all kinds."),
    )

    class Meta:
        model = Receiver
        fields = ["name", "url", "kinds", "moves"]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        addresses.check_url(url)
        return url

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Receiver.objects.filter(district=self.instance.district_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("There is a receiver of this name."), code="name_taken")
        return name


class OverlapForm(forms.Form):
    """For how long the secret before signs too."""

    hours = forms.TypedChoiceField(
        label=_("The former secret signs too for"),
        coerce=int,
        initial="72",
        choices=[
            ("0", _("no time: it stops now")),
            ("24", _("1 day")),
            ("72", _("3 days")),
            ("168", _("7 days")),
            ("720", _("30 days")),
        ],
    )

    @property
    def overlap(self) -> dt.timedelta:
        return dt.timedelta(hours=self.cleaned_data["hours"])


class SinceForm(forms.Form):
    """From when on everything is sent once more; local time."""

    since = forms.DateTimeField(
        label=_("Everything since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_since(self) -> dt.datetime:
        since: dt.datetime = self.cleaned_data["since"]
        if since >= timezone.now():
            raise ValidationError(_("That moment is still to come."), code="future")
        return since


class LogFilter(forms.Form):
    """The filters above the log; what does not read as a filter is left out."""

    state = forms.ChoiceField(required=False, label=_("State"), choices=[("", _("All")), *DeliveryState.choices])
    move = forms.ChoiceField(
        required=False, label=pgettext_lazy("of an order", "Move"), choices=[("", _("All")), *Move.choices]
    )
    number = forms.CharField(required=False, max_length=24, label=_("Order number"))

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, by column of a delivery."""
        self.is_valid()
        columns = {"state": "state", "move": "event__move", "number": "order__number"}
        return {column: self.cleaned_data[name] for name, column in columns.items() if self.cleaned_data.get(name)}
