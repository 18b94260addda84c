"""Domain errors as API answers, in one place: 409 where the order's state is against it, 400 naming the field, 404 in
words that do not name what is not there."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from accounts.pictures import NotStored
from governance.uploads import NoRoom, TooLarge
from grids.errors import Refused
from residents.errors import AlreadyThere, Stale
from workorders.workflow import InvalidMove, StaleOrder


def handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what an action raised; `code` tells machines which of two conflicts it is."""
    if isinstance(exc, InvalidMove):
        code = "stale" if isinstance(exc, StaleOrder) else "invalid_move"
        return Response({"detail": str(exc), "code": code}, status=409)
    if isinstance(exc, NotStored):
        return Response({"detail": " ".join(exc.messages), "code": "not_stored"}, status=503)
    if isinstance(exc, NoRoom):
        detail = _("The server's disk is full. Nothing was saved; send it again later, and tell the administrator.")
        return Response({"detail": detail, "code": "no_room"}, status=507)
    if isinstance(exc, TooLarge):
        return Response({"detail": _("The file is too large."), "code": "too_large"}, status=413)
    if isinstance(exc, RequestDataTooBig):
        return Response({"detail": _("The request is too large; send photos as files of a form.")}, status=413)
    if isinstance(exc, SuspiciousOperation):
        return Response({"detail": _("The request cannot be read.")}, status=400)
    if isinstance(exc, ValidationError):
        return Response(as_serializer_error(exc), status=400)
    if isinstance(exc, Stale):
        return Response({"detail": str(exc), "code": "stale"}, status=409)
    if isinstance(exc, AlreadyThere):
        return Response({"detail": str(exc), "code": "already_there", "resident": exc.resident_id}, status=409)
    if isinstance(exc, Refused):
        where = {exc.field: [str(exc)]} if exc.field else {"detail": str(exc)}
        return Response(where, status=400 if exc.field else 409)
    if isinstance(exc, Http404):  # Django's words are English and name the class of the row.
        return exception_handler(NotFound(_("There is nothing here that you may see.")), context)
    return exception_handler(exc, context)
