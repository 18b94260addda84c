"""Tokens of the API: got for name and password, shown in the header `Authorization: Token …`, good for a while.

A token is 256 random bits. Its owner sees it once; the row keeps the SHA-256 of it, so that nobody who reads the
database can sign in with what stands there. A plain hash will do: nobody guesses 256 bits, however fast.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User

MOST_TOKENS = 10
"""Of one person: so many clients may be signed in; a further one ends the oldest."""


@dataclass(frozen=True)
class Issued:
    """A fresh token, in the only moment in which it is known."""

    key: str
    expires_at: dt.datetime


def issue(user: User) -> Issued:
    """Make a token for one more client of this person; tokens whose time is over go."""
    now = timezone.now()
    own = ApiToken.objects.filter(user=user)
    own.filter(expires_at__lte=now).delete()
    kept = own.order_by("-created_at", "-pk").values_list("pk", flat=True)[: MOST_TOKENS - 1]
    own.exclude(pk__in=list(kept)).delete()
    issued = Issued(secrets.token_urlsafe(32), now + settings.API_TOKEN_LIFE)
    ApiToken.objects.create(user=user, digest=digest(issued.key), created_at=now, expires_at=issued.expires_at)
    return issued


def revoke(user: User) -> None:
    """End all tokens of the person: with a new password, with a closed account."""
    ApiToken.objects.filter(user=user).delete()


def sign_out(request: Request) -> None:
    """End the token that this request came with; from a session without one, all of the person's."""
    if isinstance(request.auth, ApiToken):
        request.auth.delete()
    else:
        revoke(person(request))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def person(request: Request) -> User:
    """Return who asks; behind IsAuthenticated it is a User."""
    assert isinstance(request.user, User)  # noqa: S101 - said to the type checker
    return request.user


class TokenSignIn(TokenAuthentication):
    """Reads the header as DRF does, looks the hash up, and speaks the language that the person chose."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        token = ApiToken.objects.select_related("user").filter(digest=digest(key)).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("The token is not known; sign in again."))
        if token.expires_at <= timezone.now():
            raise AuthenticationFailed(_("The token's time is over; sign in again."))
        if token.user.must_change_password:
            raise AuthenticationFailed(_("Sign in on the website and choose a password of your own first."))
        translation.activate(token.user.language)
        return token.user, token
