"""What is done with hotline requests. Each function is one change with its history and notices."""

from hotline.actions.calling import Said, claim_call, close, draw, rate, record_call, redo, release_call
from hotline.actions.claiming import claim, claim_next, release
from hotline.actions.correcting import correct
from hotline.actions.dispatching import dispatch
from hotline.actions.key import flag, unflag
from hotline.actions.merging import merge, unmerge
from hotline.actions.receiving import Asked, receive
from hotline.actions.reopening import reopen, reopens_until
from hotline.actions.replying import approve, draft, send_back
from hotline.actions.settling import answer_directly, refuse
from hotline.actions.telling import tell

__all__ = [
    "Asked",
    "Said",
    "answer_directly",
    "approve",
    "claim",
    "claim_call",
    "claim_next",
    "close",
    "correct",
    "dispatch",
    "draft",
    "draw",
    "flag",
    "merge",
    "rate",
    "receive",
    "record_call",
    "redo",
    "refuse",
    "release",
    "release_call",
    "reopen",
    "reopens_until",
    "send_back",
    "tell",
    "unflag",
    "unmerge",
]
