"""Where domain errors become pages, and what every response carries."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme

from grids.errors import Refused
from workorders.workflow import InvalidMove

GetResponse = Callable[[HttpRequest], HttpResponse]


class domain_errors:  # noqa: N801 - middleware is named like the function it stands for
    """Show what a page's action refused (InvalidMove, Refused) as a message on the page one came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, InvalidMove | Refused) or request.path.startswith("/api/"):
            return None
        messages.error(request, str(exception))
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = "/"
        return HttpResponseRedirect(back)


def a_page_above_what_only_takes_forms(get_response: GetResponse) -> GetResponse:
    """Lead a browser that opens an address which only takes forms to the page it belongs to.

    A refused form is drawn at such an address, so this is where a change of language, signing in again, a refused
    action and a bookmark come back to. Programs, which do not ask for HTML, still learn that the method is wrong.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_opened = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if is_opened and isinstance(response, HttpResponseNotAllowed):
            return HttpResponseRedirect(_above(request.path_info))
        return response

    return middleware


def _above(path: str) -> str:
    """Return the nearest address above; where that too only takes forms, its own answer leads on from there."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_valid_path(path):
            return path
    return "/"


def no_store_for_the_signed_in(get_response: GetResponse) -> GetResponse:
    """Keep pages with private data out of shared and back-button caches (DOMAIN.md §4.2, item 19)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    return middleware
