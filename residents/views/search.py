"""The page of the one box. What is looked for comes by POST and is answered at once: it stands in no address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.models import User
from accounts.requests import UserRequest
from grids.roles import Permission
from residents import search as registers
from residents.forms.search import SearchForm
from residents.search import Asked
from residents.views.people import only_with

BY_NUMBER = frozenset({Asked.IDENTITY, Asked.PHONE, Asked.LAST_FOUR})


@never_cache
@require_http_methods(["GET", "POST"])
def search(request: UserRequest) -> HttpResponse:
    """Show the box, or what was found by it."""
    only_with(request, Permission.VIEW_REGISTERS)
    form = SearchForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = look_for(request, form.cleaned_data["q"])
    status = 400 if form.errors else 200
    return render(request, "residents/search.html", {"form": form, "found": found}, status=status)


def look_for(request: UserRequest, words: str) -> registers.Found:
    found = registers.search(words, request.user)
    record_look(request.user, found, request)
    return found


def record_look(user: User, found: registers.Found, request: HttpRequest | None = None) -> None:
    """Write down that somebody was looked for by a number: how, and how many were found; not by which."""
    if found.asked in BY_NUMBER:
        detail = {"by": found.asked.value, "found": len(found.people) + len(found.organisations)}
        audit.record(user, "residents.search", detail=detail, request=request)
