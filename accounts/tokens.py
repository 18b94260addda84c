"""Tokens of the API: got for name and password, shown in the header `Authorization: Token …`, good for a while."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User


def issue(user: User) -> Token:
    """Return the person's token, a fresh one when there is none or its time is over."""
    Token.objects.filter(user=user, created__lte=timezone.now() - settings.API_TOKEN_LIFE).delete()
    return Token.objects.get_or_create(user=user)[0]


def revoke(user: User) -> None:
    """End the person's token: at sign-out, with a new password, with a closed account."""
    Token.objects.filter(user=user).delete()


def person(request: Request) -> User:
    """Return who asks; behind IsAuthenticated it is a User."""
    assert isinstance(request.user, User)  # noqa: S101 - said to the type checker
    return request.user


class TokenSignIn(TokenAuthentication):
    """DRF's own check, with an end of time, and in the language that the person chose."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        user, token = super().authenticate_credentials(key)
        if token.created + settings.API_TOKEN_LIFE <= timezone.now():
            raise AuthenticationFailed(_("The token's time is over; sign in again."))
        if user.must_change_password:
            raise AuthenticationFailed(_("Sign in on the website and choose a password of your own first."))
        translation.activate(user.language)
        return user, token
