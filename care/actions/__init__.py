"""What people do about service tiers, care groups and contact households: one function to a change."""

from care.actions.contacts import accept, draw_up, drop, edit_plan, hand_over, split_share
from care.actions.groups import end_membership, enter_membership
from care.actions.switches import ask_to_turn_on, confirm_turning_on, switch_reason, turn_off
from care.actions.tiers import approve, propose, refuse, revoke, withdraw

__all__ = [
    "accept",
    "approve",
    "ask_to_turn_on",
    "confirm_turning_on",
    "draw_up",
    "drop",
    "edit_plan",
    "end_membership",
    "enter_membership",
    "hand_over",
    "propose",
    "refuse",
    "revoke",
    "split_share",
    "switch_reason",
    "turn_off",
    "withdraw",
]
