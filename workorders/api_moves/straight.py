"""What the API takes for the moves of the straight path."""

from rest_framework import serializers

from workorders import actions
from workorders.api_inputs import MoveIn, ReasonIn, ReceiverIn, RemarkIn, photo_list, text
from workorders.api_moves.move import ApiMove
from workorders.models import Category
from workorders.states import ClosingKind, Difficulty, Move, RejectReason, ReturnReason, Urgency


class AcceptIn(RemarkIn):
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.active(), required=False)
    difficulty = serializers.ChoiceField(Difficulty.choices, required=False)
    urgency = serializers.ChoiceField(Urgency.choices, required=False)


class RejectIn(ReasonIn):
    reason = serializers.ChoiceField(RejectReason.choices)


class ReturnIn(ReasonIn):
    reason = serializers.ChoiceField(ReturnReason.choices)


class ResultIn(MoveIn):
    result = text(required=True, allow_blank=False)
    photos = photo_list()


class SelfHandleIn(MoveIn):
    result = text(required=True, allow_blank=False)
    after_photos = photo_list()


class CloseIn(RemarkIn):
    kind = serializers.ChoiceField(ClosingKind.choices, required=False)
    answer = text(help_text="to whoever reported it; without it the results are the answer")


class RatingIn(RemarkIn):
    rating = serializers.IntegerField(min_value=1, max_value=5)


ROWS: dict[Move, ApiMove] = {
    Move.ACCEPT: ApiMove(AcceptIn, actions.accept),
    Move.SELF_HANDLE: ApiMove(SelfHandleIn, actions.self_handle),
    Move.REJECT: ApiMove(RejectIn, actions.reject),
    Move.DISPATCH: ApiMove(ReceiverIn, actions.dispatch),
    Move.SIGN: ApiMove(MoveIn, actions.sign),
    Move.RETURN_ORDER: ApiMove(ReturnIn, actions.return_order),
    Move.REASSIGN: ApiMove(ReceiverIn, actions.reassign),
    Move.SUBMIT_RESULT: ApiMove(ResultIn, actions.submit_result),
    Move.VERIFY_PASS: ApiMove(RemarkIn, actions.verify_pass),
    Move.VERIFY_FAIL: ApiMove(ReasonIn, actions.verify_fail),
    Move.STRIKE_OFF: ApiMove(RemarkIn, actions.strike_off),
    Move.REFUSE_STRIKE_OFF: ApiMove(ReasonIn, actions.refuse_strike_off),
    Move.CLOSE: ApiMove(CloseIn, actions.close),
    Move.EVALUATE: ApiMove(RatingIn, actions.evaluate),
    Move.VOID: ApiMove(ReasonIn, actions.void),
    Move.ESCALATE: ApiMove(ReasonIn, actions.escalate),
}
