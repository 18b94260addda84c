"""Photos of requests on their way to the reader: only to who may see the request."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest
from hotline.models import Request, RequestPhoto
from workorders.photo_views import answer


@require_safe
def photo(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, _seen_by(request.user, pk), "image")


@require_safe
def thumbnail(request: UserRequest, pk: int) -> HttpResponseBase:
    return answer(request, _seen_by(request.user, pk), "thumbnail")


def _seen_by(user: User, pk: int) -> RequestPhoto:
    """Return a photo of a request that this person may see. Raises Http404."""
    matters = Request.objects.visible_to(user)
    found: RequestPhoto = get_object_or_404(RequestPhoto.objects.filter(matter__in=matters.values("pk")), pk=pk)
    return found
