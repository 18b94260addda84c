"""Domain errors as API answers, in one place: 409 for a move that the state does not allow."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from workorders.workflow import InvalidMove


def handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, InvalidMove):
        return Response({"detail": str(exc)}, status=409)
    return exception_handler(exc, context)
