"""What the API takes for other ends than a solution, and for reopening."""

from rest_framework import serializers

from workorders import actions
from workorders.api_inputs import MoveIn, ReasonIn, text
from workorders.api_moves.move import ApiMove
from workorders.api_moves.pauses import RefuseIn
from workorders.states import ExclusionReason, ExplanationBasis, Move, ReopenReason


class ExplanationIn(ReasonIn):
    reason = serializers.ChoiceField(ExplanationBasis.choices)
    basis = text(required=True, allow_blank=False, help_text="the law, the rule or the earlier answer")


class ExclusionIn(ReasonIn):
    reason = serializers.ChoiceField(ExclusionReason.choices)


class ReopenIn(ReasonIn):
    reason = serializers.ChoiceField(ReopenReason.choices)


class OpinionIn(MoveIn):
    opinion = text()


ROWS: dict[Move, ApiMove] = {
    Move.REQUEST_EXPLANATION: ApiMove(ExplanationIn, actions.request_explanation),
    Move.GRANT_EXPLANATION: ApiMove(OpinionIn, actions.grant_explanation),
    Move.REFUSE_EXPLANATION: ApiMove(RefuseIn, actions.refuse_explanation),
    Move.WITHDRAW: ApiMove(ReasonIn, actions.withdraw),
    Move.REQUEST_EXCLUSION: ApiMove(ExclusionIn, actions.request_exclusion),
    Move.GRANT_EXCLUSION: ApiMove(OpinionIn, actions.grant_exclusion),
    Move.REFUSE_EXCLUSION: ApiMove(RefuseIn, actions.refuse_exclusion),
    Move.REOPEN: ApiMove(ReopenIn, actions.reopen),
}
