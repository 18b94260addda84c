"""`/api/v1/token/`: sign in to the API, and out."""

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import audit, tokens
from accounts.models import User


class Credentials(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=500, trim_whitespace=False, style={"input_type": "password"})


class IssuedToken(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    name = serializers.CharField()


class TokenView(APIView):
    throttle_scope = "token"

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Look at no token and no session where one asks for a token: an old one must not stand in the way."""
        if self.request is not None and self.request.method == "POST":
            return []
        return super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    @extend_schema(
        operation_id="token_create",
        request=Credentials,
        responses={
            200: IssuedToken,
            401: OpenApiResponse(description="The name and the password do not match an account in use."),
            403: OpenApiResponse(description="The first password has to be changed on the website."),
            429: OpenApiResponse(description="Too many failed tries; the name is locked for a while."),
        },
    )
    def post(self, request: Request) -> Response:
        """Get a token for a sign-in name and password. It is told only now; each client has its own."""
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        web = request._request
        user = authenticate(web, **given.validated_data)
        if not isinstance(user, User):
            known = User.objects.filter(username__iexact=given.validated_data["username"][:50]).first()
            audit.record(None, "accounts.sign_in_failed", known, {"by": "api"}, web)
            return _refused(is_locked=getattr(web, "axes_locked_out", False))
        if user.must_change_password:
            detail = _("Sign in on the website and choose a password of your own first.")
            return Response({"detail": detail}, status=403)
        token = tokens.issue(user)
        audit.record(user, "accounts.sign_in", None, {"by": "api"}, web)
        answer = {
            "token": token.key,
            "expires_at": token.expires_at,
            "name": user.display_name,
        }
        return Response(IssuedToken(answer).data)

    @extend_schema(operation_id="token_destroy", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the token that the request carries."""
        tokens.sign_out(request)
        audit.record(request.user, "accounts.sign_out", None, {"by": "api"}, request._request)
        return Response(status=204)


def _refused(*, is_locked: bool) -> Response:
    if is_locked:
        detail = _("Signing in under this name is locked for 30 minutes after too many failed tries.")
        return Response({"detail": detail}, status=429)
    detail = _("The name and the password do not match an account in use.")
    return Response({"detail": detail}, status=401, headers={"WWW-Authenticate": "Token"})
