"""The request as signed-in pages know it."""

from django.http import HttpRequest

from accounts.models import User


class UserRequest(HttpRequest):
    """For annotations: behind LoginRequiredMiddleware `request.user` is a User."""

    user: User
