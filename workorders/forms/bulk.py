"""The forms of moves that can be made on many orders at once, and how each looks."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workorders import receivers
from workorders.forms.fields import Plain, ReceiverField
from workorders.forms.moves import text
from workorders.models import WorkOrder
from workorders.states import Move


class BulkForm(Plain):
    """A remark for every order; carries the mark by which the same form sent twice is known."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    note = text(_("Remark"), required=False, rows=2)

    def __init__(self, data: Any, *, orders: Sequence[WorkOrder], actor: User, now: dt.datetime) -> None:
        super().__init__(data, initial={"client_uuid": uuid.uuid4()}, auto_id="bulk_%s")
        self.prepare(orders, actor, now)

    def prepare(self, orders: Sequence[WorkOrder], actor: User, now: dt.datetime) -> None:
        """Fill the choices that depend on the orders."""

    def arguments(self) -> dict[str, Any]:
        """Return what the action takes beside the order."""
        return {name: value for name, value in self.cleaned_data.items() if name != "client_uuid"}


class BulkDispatchForm(BulkForm):
    receiver = ReceiverField(label=_("Who is to handle them"))
    field_order = ["receiver", "note", "client_uuid"]

    def prepare(self, orders: Sequence[WorkOrder], actor: User, now: dt.datetime) -> None:
        found = receivers.offered_for(orders, actor, now)
        field = self.fields["receiver"]
        assert isinstance(field, ReceiverField)  # noqa: S101 - declared above
        field.offer(found.units, found.people, found.choices)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        receiver: dict[str, Any] = given.pop("receiver")
        return given | receiver


FORMS: dict[Move, type[BulkForm]] = {Move.DISPATCH: BulkDispatchForm, Move.URGE: BulkForm, Move.CLOSE: BulkForm}
"""What may be done to many at once, in the order of the buttons. Closing many means: all are solved."""
