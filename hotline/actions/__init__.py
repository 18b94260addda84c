"""What is done with hotline requests. Each function is one change with its history and notices."""

from hotline.actions.dispatching import dispatch
from hotline.actions.receiving import Asked, receive

__all__ = ["Asked", "dispatch", "receive"]
