"""One small form for each act on a supervision order, the table that joins form and action, and the rules' forms."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.calendar import load_calendar
from supervision import actions, addressees, rules
from supervision.addressees import Addressee
from supervision.models import SupervisionOrder
from supervision.states import Act, Outcome, higher
from workorders.forms.fields import Plain
from workorders.models import WorkOrder
from workorders.rule_words import span_in_words
from workorders.states import LimitUnit
from workorders.states import SupervisionLevel as Level

MAX_TEXT = 2000
LONGEST = 3650


def _text(label: Any, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MAX_TEXT, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class ActForm(Plain):
    """An act on one supervision order, or the first one on a work order; carries the version it was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, order: WorkOrder, item: SupervisionOrder | None, now: dt.datetime) -> None:
        super().__init__(data, initial={"version": item.version if item else None}, auto_id="act_%s")
        self.order, self.item, self.now = order, item, now
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the order."""

    def arguments(self) -> dict[str, Any]:
        """Return what the action takes."""
        return dict(self.cleaned_data)


class DemandForm(ActForm):
    """What is demanded, of whom, by when."""

    addressee = forms.ChoiceField(label=_("Addressed to"))
    demand = _text(_("What is demanded"), help_text=_("What is to be done or reported, and what is wrong so far."))
    due_at = forms.DateTimeField(
        label=_("Reply by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["level", "addressee", "demand", "due_at", "version"]

    def prepare(self) -> None:
        choices = addressees.offered(self.order)
        if self.item is not None:
            present = addressees.of_item(self.item.unit, self.item.node)
            choices = [present, *[choice for choice in choices if choice.key != present.key]]
        self.offered: dict[str, Addressee] = {choice.key: choice for choice in choices}
        field = self.fields["addressee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, str(choice)) for key, choice in self.offered.items()]
        self.spans = rules.limits(self.order.district_id)
        self.fields["due_at"].help_text = self.said_limit(self.item.level if self.item else Level.ORDINARY)

    def said_limit(self, level: str) -> Any:
        return _("Empty takes the limit of the level: %(span)s.") % {"span": self._until(level)}

    def _until(self, level: str) -> str:
        span = self.spans[level]
        due = timezone.localtime(load_calendar().add(self.now, span.value, span.unit))
        return _("%(span)s, by %(due)s") % {
            "span": span_in_words(span.value, span.unit),
            "due": f"{due:%Y-%m-%d %H:%M}",
        }

    def offer_levels(self, levels: list[Level]) -> None:
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared below
        field.choices = [(level.value, f"{level.label} · {self._until(level)}") for level in levels]
        self.fields["due_at"].help_text = _("Empty takes the limit of the level.")

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"addressee": self.offered[given["addressee"]]}


class IssueForm(DemandForm):
    level = forms.ChoiceField(label=_("Level of supervision"), widget=forms.RadioSelect, initial=Level.ORDINARY)

    def prepare(self) -> None:
        super().prepare()
        self.offer_levels(list(Level))
        self.initial["level"] = self.item.level if self.item else Level.ORDINARY


class RaiseForm(DemandForm):
    level = forms.ChoiceField(label=_("New level"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        super().prepare()
        levels = higher(self.item.level) if self.item else list(Level)
        self.offer_levels(levels)
        self.initial["level"] = levels[0] if levels else ""
        self.initial["demand"] = self.item.demand if self.item else ""


class ReplyForm(ActForm):
    note = _text(_("Reply"), rows=5, help_text=_("What was done, what is still to do, and by when."))


class CloseForm(ActForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, initial=Outcome.CARRIED_OUT, widget=forms.RadioSelect
    )
    conclusion = _text(_("Conclusion"))

    def prepare(self) -> None:
        self.initial["outcome"] = Outcome.CARRIED_OUT


class DropForm(ActForm):
    note = _text(_("Reason"), rows=2)


@dataclass(frozen=True)
class ActPage:
    """How an act looks: its form, the action behind it, its icon, what it brings about in words."""

    form: type[ActForm]
    action: Callable[..., SupervisionOrder]
    icon: str
    effect: Any
    is_grave: bool = False


ACT_PAGES: dict[Act, ActPage] = {
    Act.REPLY: ActPage(ReplyForm, actions.reply, "message-reply", _("The supervisor judges the reply.")),
    Act.CLOSE: ActPage(CloseForm, actions.close, "checks", _("The supervision ends; the work order goes its own way.")),
    Act.ASK_AGAIN: ActPage(
        DemandForm, actions.ask_again, "message-question", _("The reply does not do; a new deadline runs.")
    ),
    Act.RAISE: ActPage(
        RaiseForm, actions.raise_level, "trending-up", _("The demand is made anew at a higher level."), True
    ),
    Act.DROP: ActPage(DropForm, actions.drop, "trash", _("Nobody is asked; the draft ends here."), True),
}
ISSUE_EFFECT = _("The addressee is told and has to reply in time; the order is marked as supervised.")
"""Issuing has an address of its own, since it begins at a work order (supervision/views/acts.py)."""


class LimitForm(Plain):
    value = forms.IntegerField(label=_("Limit"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Unit"), choices=LimitUnit.choices)


class WatchForm(Plain):
    value = forms.IntegerField(label=_("Threshold"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Unit"), choices=LimitUnit.choices)
    repeat_days = forms.IntegerField(
        label=_("Tell the same person again after (days)"),
        min_value=1,
        max_value=365,
        help_text=_("Sooner when it got worse."),
    )
    is_active = forms.BooleanField(label=_("Look for it"), required=False)

    def __init__(self, data: Any, *, counts_times: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if counts_times:
            del self.fields["unit"]

    def arguments(self) -> dict[str, Any]:
        return {"unit": ""} | dict(self.cleaned_data)
