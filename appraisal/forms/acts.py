"""Forms of periods, points, marks, objections, records and pay: shape and types only."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from appraisal.actions.objections import MOST_CASES
from appraisal.forms.fields import OrderField, WorkerField, day, number, text, units_for
from appraisal.models import Assessment, Objection, PayElement, PointRule, WorkerRecord
from appraisal.states import Certificate, Judged, ObjectionReason, PayKind, Remedy
from grids.forms.fields import Guarded
from hotline.forms.rates import day_field
from workorders.forms.fields import PhotosField, Plain


def _choices(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared by the caller
    field.queryset = rows


class OpenForm(Plain):
    day = day_field(_("A day of the period"))


class WhoForm(Plain):
    """Names who is judged: a worker by name or number, a unit from the list."""

    def __init__(self, data: Any, *, period: Assessment, actor: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if period.scheme.judged == Judged.UNIT:
            who: forms.Field = forms.ModelChoiceField(units_for(actor), label=pgettext_lazy("organisation", "Unit"))
            who.widget.attrs["class"] = "form-select"
        else:
            named = WorkerField(label=_("Worker"), help_text=_("Employee number, sign-in name or full name"))
            named.actor, who = actor, named
            who.widget.attrs["class"] = "form-control"
        self.fields = {"who": who, **self.fields}
        self.judged = period.scheme.judged

    def who(self) -> dict[str, Any]:
        """Return the arguments of an action that name who is judged."""
        return {"unit" if self.judged == Judged.UNIT else "user": self.cleaned_data["who"]}


class RuleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Names a rule with its limits."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.least:+.10g} … {obj.most:+.10g})"


class PointsForm(WhoForm):
    rule = RuleField(PointRule.objects.none(), label=pgettext_lazy("of points", "Reason"))
    points = number(
        pgettext_lazy("given at once", "Points"),
        help_text=_("Within the limits of the reason; below zero takes points away"),
    )
    happened_on = day_field(_("Day"))
    words = text(pgettext_lazy("of points", "What happened"), rows=2, limit=500)
    order = OrderField(label=_("Work order that shows it"), help_text=_("Its number"))
    visit_key = forms.IntegerField(
        label=_("Visit that shows it"), required=False, min_value=1, help_text=_("The number in its address")
    )

    photos = PhotosField(
        label=_("Photos that show it"), required=False, help_text=_("Show the place, not residents or their papers.")
    )

    def __init__(self, data: Any, *, period: Assessment, actor: User, **kwargs: Any) -> None:
        super().__init__(data, period=period, actor=actor, **kwargs)
        rules = PointRule.objects.filter(district=period.district_id, judged=period.scheme.judged, valid_to=None)
        _choices(self.fields["rule"], rules)
        order = self.fields["order"]
        assert isinstance(order, OrderField)  # noqa: S101 - declared above
        order.actor = actor

    def given(self) -> dict[str, Any]:
        names = ("rule", "points", "happened_on", "words", "order", "visit_key", "photos")
        return {name: self.cleaned_data[name] for name in names} | self.who()


class MarkForm(WhoForm):
    value = number(pgettext_lazy("out of a hundred", "Mark"), min_value=0, max_value=100, help_text=_("0 to 100"))
    words = text(_("What it rests on"), rows=2, limit=300)

    def given(self) -> dict[str, Any]:
        return {"value": self.cleaned_data["value"], "words": self.cleaned_data["words"]} | self.who()


class TakeBackForm(Plain):
    words = text(_("Why they are given back"), rows=2, limit=500)


class ObjectionForm(Plain):
    reason = forms.ChoiceField(label=_("Reason"), choices=ObjectionReason.choices)
    words = text(_("What is wrong, and what shows it"), rows=4)


class DecideForm(Plain):
    decision = forms.ChoiceField(
        label=pgettext_lazy("of an objection", "Decision"),
        choices=[("uphold", _("Uphold")), ("reject", pgettext_lazy("of an objection", "Reject"))],
        widget=forms.RadioSelect,
    )
    remedy = forms.ChoiceField(label=_("What changes"), required=False)
    numerator = number(_("Right numerator or value"), min_value=0, required=False)
    denominator = forms.IntegerField(label=_("Right denominator"), min_value=0, max_value=MOST_CASES, required=False)
    opinion = text(_("Opinion"), rows=4)

    def __init__(self, data: Any, *, objection: Objection) -> None:
        super().__init__(data, auto_id="decide_%s")
        line = objection.line
        offered = (Remedy.EXCLUDED, Remedy.RECOUNT) if line is not None else (Remedy.STRIKE,)
        field = self.fields["remedy"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *((one.value, one.label) for one in offered)]
        if line is None:
            del self.fields["numerator"]
        if line is None or not line.indicator.is_rate:
            del self.fields["denominator"]


class RecordForm(Guarded, Plain):
    hired_on = day(_("In service since"), required=False)
    certificate = forms.ChoiceField(label=_("Certificate"), choices=Certificate.choices, required=False)
    certificate_number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        required=False,
        help_text=_("Leave empty to keep the one that is there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    valid_until = day(_("Valid until"), required=False, help_text=_("Empty: without an end"))

    def __init__(self, data: Any, *, record: WorkerRecord | None) -> None:
        names = ("hired_on", "certificate", "valid_until")
        super().__init__(data, initial={name: getattr(record, name) for name in names} if record else None)
        self.guard(record.changed_at if record is not None else None)

    def given(self) -> dict[str, Any]:
        """Return what to keep: without a certificate its number goes, an empty number keeps the present one."""
        given = dict(self.cleaned_data)
        if not given["certificate"]:
            return given | {"certificate_number": "", "valid_until": None}
        if not given["certificate_number"]:
            del given["certificate_number"]
        return given


class ElementForm(Guarded, Plain):
    amount = number(_("Amount"), min_value=0)
    cap = number(_("At most"), min_value=0, required=False)
    valid_from = day_field(_("From the month with this day on"))

    def __init__(self, data: Any, *, kind: str, since: dt.date, row: "PayElement | Any | None", rows: Any) -> None:
        first: dict[str, Any] = {"valid_from": since}
        if row is not None:
            first |= {"amount": row.amount, "cap": row.cap}
        super().__init__(data, initial=first)
        if kind != PayKind.SENIORITY:
            del self.fields["cap"]
        if kind == PayKind.PART_TIME:
            self.fields["amount"].label = _("Percent")
        if kind == PayKind.PERFORMANCE:
            at_least = number(_("From this result on"), min_value=0, initial=row.at_least if row else None)
            at_least.widget.attrs["class"] = "form-control"
            self.fields = {"at_least": at_least, **self.fields}
        self.guard(*rows)


class EndBandForm(Plain):
    valid_from = day_field(_("From the month with this day on"))
