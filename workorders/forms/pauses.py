"""The forms of extension and suspension: a date with its cap said beside it, and the decision on what was asked."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from workorders import actions, room
from workorders.clocks import Clockwork, level_of
from workorders.forms.moves import MoveForm, MovePage, RemarkForm, text
from workorders.models import Approval, Limit, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, ExtensionReason, Move, Stage, SuspensionReason


def _in_words(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d H:i")


class UntilForm(MoveForm):
    """A form with a moment until which something is to hold."""

    stage = Stage.EXTENSION
    kind = ApprovalKind.EXTENSION
    until = forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def prepare(self) -> None:
        self.clocks = Clockwork(self.order.district_id)
        row = self.clocks.row(self.order, self.stage, level_of(self.order, self.order.holder_id))
        latest = self.latest(row) if row is not None else None
        if latest is not None:
            self.fields["until"].help_text = _("At the latest %(latest)s.") % {"latest": _in_words(latest)}

    def latest(self, row: Limit) -> dt.datetime | None:
        """Return the cap of the district's row."""
        if self.stage == Stage.SUSPENSION:
            return room.latest_suspension(row, self.now, self.clocks.calendar)
        return room.latest_extension(row, self.order.due_at, self.clocks.calendar) if self.order.due_at else None

    def suggest(self, moment: dt.datetime) -> None:
        self.initial["until"] = timezone.localtime(moment).replace(second=0, microsecond=0)


class ExtensionForm(UntilForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ExtensionReason.choices, widget=forms.RadioSelect)
    note = text(_("Explanation, and what happens until then"), required=True)
    field_order = ["reason", "note", "until", "version"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["until"].label = _("New deadline")
        if self.order.due_at is not None:
            self.suggest(self.clocks.calendar.add(self.order.due_at, 1, "working_day"))


class SuspensionForm(UntilForm):
    stage = Stage.SUSPENSION
    kind = ApprovalKind.SUSPENSION
    reason = forms.ChoiceField(label=_("Reason"), choices=SuspensionReason.choices, widget=forms.RadioSelect)
    note = text(_("Explanation, and how it goes on afterwards"), required=True)
    field_order = ["reason", "note", "until", "version"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["until"].label = _("Resume at")
        self.suggest(self.clocks.calendar.add(self.now, 5, "working_day"))


def asked_for(order: WorkOrder, kind: ApprovalKind) -> Approval | None:
    """Return what waits for this decision; the page shows it above the form."""
    open_ones = Approval.objects.filter(order=order, kind=kind, state=ApprovalState.OPEN)
    return open_ones.select_related("asked_by").first()


class Deciding:
    """Holds what waits for the decision, for the page."""

    asked: Approval | None = None

    @property
    def request(self) -> dict[str, Any]:
        return {"approval": self.asked}


class GrantForm(Deciding, UntilForm):
    """The decision starts from the date that was asked for; another one is a grant with a change."""

    opinion = text(_("Opinion"), required=False, rows=2)
    field_order = ["until", "opinion", "version"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["until"].label = _("New deadline") if self.kind == ApprovalKind.EXTENSION else _("Resume at")
        self.asked = asked_for(self.order, self.kind)
        if self.asked is not None and self.asked.wanted_until is not None:
            self.suggest(self.asked.wanted_until)

    def arguments(self) -> dict[str, Any]:
        """Leave out a date that was not touched, whose seconds the field does not show."""
        given = super().arguments()
        if given["until"] == self.initial.get("until"):
            del given["until"]
        return given


class GrantSuspensionForm(GrantForm):
    stage = Stage.SUSPENSION
    kind = ApprovalKind.SUSPENSION


class RefuseForm(Deciding, MoveForm):
    kind = ApprovalKind.EXTENSION
    opinion = text(_("Opinion"), required=True)

    def prepare(self) -> None:
        self.asked = asked_for(self.order, self.kind)


class RefuseSuspensionForm(RefuseForm):
    kind = ApprovalKind.SUSPENSION


PAGES: dict[Move, MovePage] = {
    Move.REQUEST_EXTENSION: MovePage(
        ExtensionForm,
        actions.request_extension,
        "calendar-plus",
        _("Another person decides; until then the deadline stays as it is."),
    ),
    Move.GRANT_EXTENSION: MovePage(
        GrantForm, actions.grant_extension, "calendar-check", _("The deadline moves at once; whoever asked is told.")
    ),
    Move.REFUSE_EXTENSION: MovePage(
        RefuseForm, actions.refuse_extension, "calendar-x", _("The deadline stays; whoever asked is told your opinion.")
    ),
    Move.REQUEST_SUSPENSION: MovePage(
        SuspensionForm,
        actions.request_suspension,
        "player-pause",
        _("Another person decides; until then every clock runs on."),
    ),
    Move.GRANT_SUSPENSION: MovePage(
        GrantSuspensionForm,
        actions.grant_suspension,
        "player-pause",
        _("Every clock of the order stops; it resumes by itself at that moment."),
    ),
    Move.REFUSE_SUSPENSION: MovePage(
        RefuseSuspensionForm,
        actions.refuse_suspension,
        "circle-x",
        _("Its time runs on; whoever asked is told your opinion."),
    ),
    Move.RESUME: MovePage(
        RemarkForm,
        actions.resume,
        "player-play",
        _("The deadlines move by the time that it stood still; nothing is due within a working hour."),
    ),
}
