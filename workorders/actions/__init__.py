"""Everything that changes a work order, one function to a verb; pages, API and tasks call these and nothing else."""

from workorders.actions.assisting import assist, release
from workorders.actions.checking import close, evaluate, refuse_strike_off, strike_off, verify_fail, verify_pass, void
from workorders.actions.climbing import escalate
from workorders.actions.doubles import merge, unmerge
from workorders.actions.ends import (
    grant_exclusion,
    grant_explanation,
    refuse_exclusion,
    refuse_explanation,
    request_exclusion,
    request_explanation,
    withdraw,
)
from workorders.actions.extension import grant_extension, refuse_extension, request_extension
from workorders.actions.handling import dispatch, reassign, return_order, sign, submit_result
from workorders.actions.intake import accept, reject, report, self_handle
from workorders.actions.precedents import retire_precedent, set_precedent
from workorders.actions.reopening import reopen
from workorders.actions.sharing import answer, assign, refer
from workorders.actions.suspension import grant_suspension, refuse_suspension, request_suspension, resume
from workorders.actions.transferring import accept_transfer, refuse_transfer, transfer, withdraw_transfer
from workorders.actions.urging import urge

__all__ = [
    "accept",
    "accept_transfer",
    "answer",
    "assign",
    "assist",
    "close",
    "dispatch",
    "escalate",
    "evaluate",
    "grant_exclusion",
    "grant_explanation",
    "grant_extension",
    "grant_suspension",
    "merge",
    "reassign",
    "refer",
    "refuse_exclusion",
    "refuse_explanation",
    "refuse_extension",
    "refuse_strike_off",
    "refuse_suspension",
    "refuse_transfer",
    "reject",
    "release",
    "reopen",
    "report",
    "request_exclusion",
    "request_explanation",
    "request_extension",
    "request_suspension",
    "resume",
    "retire_precedent",
    "return_order",
    "self_handle",
    "set_precedent",
    "sign",
    "strike_off",
    "submit_result",
    "transfer",
    "unmerge",
    "urge",
    "verify_fail",
    "verify_pass",
    "void",
    "withdraw",
    "withdraw_transfer",
]
