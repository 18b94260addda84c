"""Sessions in the database, as Django keeps them, read by a query that is written once: each request begins with it."""

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.kept import Kept

_OF_KEY = Kept(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    key="the session's key",
    now=dt.datetime(1, 1, 1, tzinfo=dt.UTC),
)


class SessionStore(db.SessionStore):
    """Django's own, but for the reading."""

    def _get_session_from_db(self) -> Session | None:
        found = _OF_KEY.instances(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
