"""Photos on their way to the reader: only to who may see the order, and nothing but pictures."""

from typing import Any

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from workorders.models import Photo, WorkOrder

KEPT_SECONDS = 3600
"""A reader's own browser may show a photo again for this long without asking; it never changes."""


@require_safe
def photo(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, seen_by(request.user, pk), "image")


@require_safe
def thumbnail(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, seen_by(request.user, pk), "thumbnail")


def seen_by(user: User, pk: int) -> Photo:
    """Return a photo of an order that this person may see. Raises Http404."""
    orders = WorkOrder.objects.visible_to(user)
    return get_object_or_404(Photo.objects.filter(order__in=orders.values("pk")), pk=pk)


def answer(request: HttpRequest, kept: Any, column: str) -> HttpResponseBase:
    """Send one file of a photo of any app, by nginx where MEDIA_ACCEL_PREFIX names its internal location.

    `column` is `image` or `thumbnail`. Raises Http404 when the file is gone.
    """
    etag = f'"{kept.sha256[:32]}-{column}"'
    response = get_conditional_response(request, etag=etag) or _sent(getattr(kept, column), f"{kept.pk}-{column}.jpg")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def _sent(file: FieldFile, shown_name: str) -> HttpResponseBase:
    if settings.MEDIA_ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse(content_type="image/jpeg")
        response["X-Accel-Redirect"] = iri_to_uri(f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{file.name}")
    else:
        try:
            response = FileResponse(file.storage.open(str(file.name)), content_type="image/jpeg")
        except FileNotFoundError as error:
            raise Http404 from error
    response["Content-Disposition"] = f'inline; filename="{shown_name}"'
    return response
