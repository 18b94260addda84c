"""What the public's pages do: take a report in or hold it, decide on what is held, give and end links."""

from public.actions.holding import discard, let_in
from public.actions.links import give, revoke, send_by_sms, use
from public.actions.sending import Report, send, sent_before

__all__ = ["Report", "discard", "give", "let_in", "revoke", "send", "send_by_sms", "sent_before", "use"]
