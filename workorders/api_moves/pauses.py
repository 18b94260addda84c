"""What the API takes for extension and suspension."""

from rest_framework import serializers

from workorders import actions
from workorders.api_inputs import MoveIn, ReasonIn, RemarkIn, text
from workorders.api_moves.move import ApiMove
from workorders.states import ExtensionReason, Move, SuspensionReason


class ExtensionIn(ReasonIn):
    reason = serializers.ChoiceField(ExtensionReason.choices)
    until = serializers.DateTimeField(help_text="the new deadline of the handling")


class SuspensionIn(ReasonIn):
    reason = serializers.ChoiceField(SuspensionReason.choices)
    until = serializers.DateTimeField(help_text="when the order is to resume")


class GrantIn(MoveIn):
    until = serializers.DateTimeField(required=False, help_text="another date than the one that was asked for")
    opinion = text()


class RefuseIn(MoveIn):
    opinion = text(required=True, allow_blank=False)


ROWS: dict[Move, ApiMove] = {
    Move.REQUEST_EXTENSION: ApiMove(ExtensionIn, actions.request_extension),
    Move.GRANT_EXTENSION: ApiMove(GrantIn, actions.grant_extension),
    Move.REFUSE_EXTENSION: ApiMove(RefuseIn, actions.refuse_extension),
    Move.REQUEST_SUSPENSION: ApiMove(SuspensionIn, actions.request_suspension),
    Move.GRANT_SUSPENSION: ApiMove(GrantIn, actions.grant_suspension),
    Move.REFUSE_SUSPENSION: ApiMove(RefuseIn, actions.refuse_suspension),
    Move.RESUME: ApiMove(RemarkIn, actions.resume),
}
