"""What is done with hotline requests. Each function is one change with its history and notices."""

from hotline.actions.claiming import claim, claim_next, release
from hotline.actions.correcting import correct
from hotline.actions.dispatching import dispatch
from hotline.actions.merging import merge, unmerge
from hotline.actions.receiving import Asked, receive
from hotline.actions.reopening import reopen, reopens_until
from hotline.actions.settling import answer_directly, refuse

__all__ = [
    "Asked",
    "answer_directly",
    "claim",
    "claim_next",
    "correct",
    "dispatch",
    "merge",
    "receive",
    "refuse",
    "release",
    "reopen",
    "reopens_until",
    "unmerge",
]
