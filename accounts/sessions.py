"""Signed-in sessions of one account."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User


def end_all_of(user: User) -> int:
    """Delete the account's sessions and say how many; reads every live session, as its owner stands inside it."""
    live = Session.objects.filter(expire_date__gte=timezone.now()).iterator(chunk_size=500)
    keys = [session.session_key for session in live if session.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
