"""What the forms of all moves are made of (workorders/views/moves.py shows and sends them)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workorders import receivers
from workorders.forms.fields import Plain, ReceiverField
from workorders.models import WorkOrder

MAX_TEXT = 2000


def text(label: Any, *, required: bool, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MAX_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class MoveForm(Plain):
    """A move without questions; each carries the version that its page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, files: Any, *, order: WorkOrder, actor: User, now: dt.datetime) -> None:
        super().__init__(data, files, initial={"version": order.version}, auto_id="move_%s")
        self.order, self.actor, self.now = order, actor, now
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the order."""

    def arguments(self) -> dict[str, Any]:
        """Return what the action takes."""
        return dict(self.cleaned_data)


class RemarkForm(MoveForm):
    note = text(_("Remark"), required=False, rows=2)


class ReasonForm(MoveForm):
    note = text(_("Reason"), required=True)


class ReceiverForm(RemarkForm):
    receiver = ReceiverField(label=_("Who is to handle it"))
    field_order = ["receiver", "note", "version"]

    def prepare(self) -> None:
        found = receivers.offered(self.order, self.actor, self.now)
        field = self.fields["receiver"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - declared above
        field.offer(found.units, found.people, found.choices)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        receiver: dict[str, Any] = given.pop("receiver")
        return given | receiver


@dataclass(frozen=True)
class MovePage:
    """How a move looks: its form, the action behind it, its icon, what it brings about in words."""

    form: type[MoveForm]
    action: Callable[..., WorkOrder]
    icon: str
    effect: Any
    is_grave: bool = False
