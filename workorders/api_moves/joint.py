"""What the API takes for the moves between units."""

from rest_framework import serializers

from accounts.models import User
from grids.models import Unit
from workorders import actions
from workorders.actions.assisting import MOST_DAYS
from workorders.api_inputs import MoveIn, ReasonIn, ReceiverIn, RemarkIn, VisibleKey, text
from workorders.api_moves.move import ApiMove
from workorders.states import Move


class TransferIn(ReasonIn):
    unit = VisibleKey(queryset=Unit.objects.all())


class AssistIn(MoveIn):
    unit = VisibleKey(queryset=Unit.objects.all())
    task = text(required=True, allow_blank=False)
    working_days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, required=False, help_text="without it the district's limit for assistance"
    )


class AssignIn(RemarkIn):
    assignee = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))


class AnswerIn(MoveIn):
    answer = text(required=True, allow_blank=False)


ROWS: dict[Move, ApiMove] = {
    Move.REFER: ApiMove(ReceiverIn, actions.refer),
    Move.ASSIST: ApiMove(AssistIn, actions.assist),
    Move.RELEASE: ApiMove(ReasonIn, actions.release),
    Move.TRANSFER: ApiMove(TransferIn, actions.transfer),
    Move.ACCEPT_TRANSFER: ApiMove(RemarkIn, actions.accept_transfer),
    Move.REFUSE_TRANSFER: ApiMove(ReasonIn, actions.refuse_transfer),
    Move.WITHDRAW_TRANSFER: ApiMove(RemarkIn, actions.withdraw_transfer),
    Move.ASSIGN: ApiMove(AssignIn, actions.assign),
    Move.ANSWER: ApiMove(AnswerIn, actions.answer),
}
