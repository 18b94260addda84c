"""The section of a person's and an organisation's page where a masked number is asked for."""

import datetime as dt
from typing import Any

from django.urls import reverse

from accounts.models import User
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from residents import looks, sight
from residents.forms.privacy import LookForm
from residents.models import House, Organisation, Resident

_KINDS = {Resident: "person", Organisation: "organisation", House: "house"}


def register() -> None:
    """Put it on both pages; called once, when the app is ready."""
    panels.register(panels.Panel("look", Resident, "residents/_look.html", ask, place=20))
    panels.register(panels.Panel("own requests", Resident, "residents/_own_requests.html", requests_of, place=90))
    panels.register(panels.Panel("look", Organisation, "residents/_look.html", ask, place=20))
    panels.register(panels.Panel("look", House, "residents/_look.html", ask, place=20))


def ask(row: looks.Subject, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Offer the form to whoever may look, where something is entered."""
    if not looks.may_look(who, row) or not looks.fields_of(row):
        return None
    return facts(row, LookForm(None, row=row), User(pk=who.user_id), now)


def requests_of(row: Resident, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show the person's open requests to whoever answers them, and offer to take one in."""
    if not sight.may(who, Permission.ANSWER_REQUESTS, row.path_ids):
        return None
    return {"own_requests": list(row.own_requests.filter(answered_at=None).order_by("due_on")[:10])}


def facts(row: looks.Subject, form: LookForm, actor: User, now: dt.datetime, url: str = "") -> dict[str, Any]:
    """Return what the section shows; `url` is where it asks, the row's own address unless told."""
    asks_at = url or reverse(f"residents:{_KINDS[type(row)]}-look", args=[row.pk])
    return {"look_form": form, "look_url": asks_at, "looks_left": looks.left_this_hour(actor, now)}
