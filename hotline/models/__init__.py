"""Requests of the hotline and what belongs to them."""

from hotline.models.replies import Reply
from hotline.models.requests import LONGEST_TEXT, Request, RequestEvent, RequestPhoto

__all__ = ["LONGEST_TEXT", "Reply", "Request", "RequestEvent", "RequestPhoto"]
