"""Forms of care: shape and types only; what may be, the actions say."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from care.groups import ENTERED, GroupSource
from care.tiers import LADDERS, Tier, reasons, reasons_of
from workorders.forms.fields import Plain

MAX_TEXT = 1000


def words(label: Any, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=MAX_TEXT, help_text=help_text, widget=widget, required=required)


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


class ProposeForm(Plain):
    """The tier follows from the reason, which is one of the closed list."""

    reason_code = forms.ChoiceField(label=_("Reason"))
    fact = words(_("What was seen"), help_text=_("Facts only: no diagnosis, belief, petition or criminal record."))
    basis = words(_("Legal or official basis"), rows=2)
    days = forms.IntegerField(label=_("For how many days"), min_value=1)
    guardian_notified_on = day(
        _("Guardian notified on"), required=False, help_text=_("Needed for a child below 14, who can only be yellow.")
    )

    def __init__(self, data: Any, *, tiers: list[str], unused: set[str]) -> None:
        super().__init__(data)
        groups = [
            (Tier(tier).label, [(r.code, r.label) for r in reasons_of(tier) if r.code not in unused]) for tier in tiers
        ]
        field = self.fields["reason_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Choose")), *groups]
        longest = "、".join(f"{Tier(tier).label} {LADDERS[tier].max_days}" for tier in tiers)
        self.fields["days"].help_text = _("At most, by tier: %(longest)s days.") % {"longest": longest}

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"tier": reasons()[self.cleaned_data["reason_code"]].tier}


class DecideForm(Plain):
    words = words(_("Remark"), rows=2, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class EnterForm(Plain):
    group = forms.ChoiceField(label=_("Care group"), choices=[(group.value, group.label) for group in ENTERED])
    source = forms.ChoiceField(label=_("Known from"), choices=GroupSource.choices)
    started_on = day(_("From"))


class EndForm(Plain):
    ended_on = day(_("To"))


class TurnOnForm(Plain):
    basis = words(
        _("Stated basis"), help_text=_("Law, document number or decision; kept on record, nothing about a person.")
    )


class FrequencyForm(forms.Form):
    """One number of days for each subject; empty means no visits for it alone."""

    def __init__(self, data: Any, *, subjects: dict[str, tuple[str, int | None]]) -> None:
        super().__init__(data)
        for name, (label, days) in subjects.items():
            widget = forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"})
            self.fields[name] = forms.IntegerField(
                label=label,
                required=name in Tier.values,
                min_value=1,
                max_value=366,
                initial=days,
                widget=widget,
            )


def month(text: str | None, today: dt.date) -> dt.date:
    """Read `2026-10` from an address; the last whole month for what is none."""
    try:
        return dt.datetime.strptime(text or "", "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
