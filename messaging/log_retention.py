"""How the rows of messages that are done go; what still waits is never removed."""

import datetime as dt

from accounts import retention
from messaging.models import Message


def clear(before: dt.datetime, is_trial: bool) -> int:
    """Remove the messages that were finished before this moment; returns how many."""
    return retention.delete(Message.objects.done_before(before), is_trial)
