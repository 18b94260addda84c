"""Language and text size: kept with the account, and in a cookie for whoever is not signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST

from accounts.addresses import safe_next
from accounts.models import TextSize

YEAR = 365 * 24 * 3600


@login_not_required  # visitors of the sign-in page and the public's pages read them too
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    return _keep(request, "language", chosen, settings.LANGUAGE_COOKIE_NAME)


@login_not_required  # as above
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("text_size", "")
    if chosen not in TextSize.values:
        return HttpResponseBadRequest()
    return _keep(request, "text_size", chosen, "text_size")


def _keep(request: HttpRequest, field: str, value: str, cookie: str) -> HttpResponse:
    if request.user.is_authenticated:
        setattr(request.user, field, value)
        request.user.save(update_fields=[field])
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(cookie, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
