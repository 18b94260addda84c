"""The forms of the moves between units: refer, transfer, assign, answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Unit
from workorders import actions, people, receivers
from workorders.actions.assisting import MOST_DAYS
from workorders.answers import composed
from workorders.forms.fields import ReceiverField
from workorders.forms.moves import MoveForm, MovePage, ReasonForm, RemarkForm, text
from workorders.states import Move


class ReferForm(RemarkForm):
    receiver = ReceiverField(label=_("Whom to share it with"))
    field_order = ["receiver", "note", "version"]

    def prepare(self) -> None:
        found = receivers.others(self.order, self.actor, self.now)
        field = self.fields["receiver"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - declared above
        field.offer(found.units, found.people, found.choices)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        receiver: dict[str, Any] = given.pop("receiver")
        return given | receiver


class UnitForm(MoveForm):
    """A move towards another unit; `given_as` is the action's word for it."""

    receiver = ReceiverField(label=_("Unit"))

    def prepare(self) -> None:
        self.units: dict[str, Unit] = receivers.other_units(self.order)
        field = self.fields["receiver"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - declared above
        rows = [(key, f"{unit.name} · {unit.node.name}") for key, unit in self.units.items()]
        field.offer(self.units, {}, [(str(_("Units")), rows)] if rows else [])

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"unit": given.pop("receiver")["unit"]}


class AssistForm(UnitForm):
    task = text(_("What the unit is to do"), required=True)
    working_days = forms.IntegerField(label=_("Working days"), required=False, min_value=1, max_value=MOST_DAYS)
    field_order = ["receiver", "task", "working_days", "version"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["working_days"].help_text = _("Left empty, the district's limit for assistance holds.")


class TransferForm(UnitForm):
    note = text(_("Why it is that unit's matter"), required=True)
    field_order = ["receiver", "note", "version"]


class AssignForm(RemarkForm):
    receiver = ReceiverField(label=_("Who is to do it"))
    field_order = ["receiver", "note", "version"]

    def prepare(self) -> None:
        able = set(people.assignable(self.order, self.now)) - {self.order.assignee_id}
        users = User.objects.filter(pk__in=able).order_by("display_name", "pk")
        found = {f"user-{user.pk}": user for user in users}
        field = self.fields["receiver"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - declared above
        rows = [(key, str(user)) for key, user in found.items()]
        field.offer({}, found, [(str(_("People in post")), rows)] if rows else [])

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return given | {"assignee": given.pop("receiver")["assignee"]}


class AcceptTransferForm(RemarkForm):
    pass


class RefuseTransferForm(MoveForm):
    note = text(_("Why not, and whose matter it is instead"), required=True)


class AnswerForm(MoveForm):
    answer = text(_("Answer to the reporter"), required=True, rows=5)

    def prepare(self) -> None:
        self.initial["answer"] = composed(self.order)
        self.fields["answer"].widget = forms.Textarea(attrs={"rows": 5, "class": "form-control"})


PAGES: dict[Move, MovePage] = {
    Move.REFER: MovePage(
        ReferForm, actions.refer, "share", _("They can see it from now on; who handles it stays as it is.")
    ),
    Move.ASSIST: MovePage(
        AssistForm, actions.assist, "users-plus", _("The unit gets a part of its own; you check its result.")
    ),
    Move.RELEASE: MovePage(
        ReasonForm, actions.release, "user-minus", _("The unit need not do its part any more; it is told why.")
    ),
    Move.TRANSFER: MovePage(
        TransferForm,
        actions.transfer,
        "transfer",
        _("Nothing changes until that unit accepts; the handling time runs on."),
    ),
    Move.ACCEPT_TRANSFER: MovePage(
        AcceptTransferForm,
        actions.accept_transfer,
        "transfer-in",
        _("Your unit leads from now on; the time that has run stays counted."),
    ),
    Move.REFUSE_TRANSFER: MovePage(
        RefuseTransferForm, actions.refuse_transfer, "arrow-back", _("It stays where it is; they are told why.")
    ),
    Move.WITHDRAW_TRANSFER: MovePage(
        RemarkForm, actions.withdraw_transfer, "arrow-back-up", _("The other unit need not answer any more.")
    ),
    Move.ASSIGN: MovePage(
        AssignForm, actions.assign, "user-check", _("Somebody of the same unit does it; no time changes.")
    ),
    Move.ANSWER: MovePage(
        AnswerForm, actions.answer, "message-check", _("Then it can be closed; whoever reported it gets this answer.")
    ),
}
