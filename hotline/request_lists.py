"""The tabs and filters of the list of requests; nothing that identifies a requester is searched by address."""

import datetime as dt
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from grids.standing import Standing
from hotline.models import Request
from hotline.querysets import RequestQuerySet
from hotline.states import RequestKind, RequestSource, RequestState
from workorders import lists
from workorders.forms.fields import NodeField, Plain


class Tab(models.TextChoices):
    """The lists of requests."""

    DESK = "desk", pgettext_lazy("tab", "At the desk")
    DOING = "doing", pgettext_lazy("tab", "Being worked on")
    ANSWERED = "answered", pgettext_lazy("tab", "Answered")
    CLOSED = "closed", pgettext_lazy("tab", "Closed")
    SOON = "soon", pgettext_lazy("tab", "Due soon")
    OVERDUE = "overdue", pgettext_lazy("tab", "Overdue")
    MINE = "mine", pgettext_lazy("tab", "I took down")
    ALL = "all", pgettext_lazy("tab", "All")


NEAREST_FIRST = frozenset({Tab.DESK, Tab.DOING, Tab.SOON, Tab.OVERDUE})
"""Tabs that run by the deadline; requests without one come last and are none of the open ones."""
ROUGH = frozenset({Tab.CLOSED.value, Tab.MINE.value, Tab.ALL.value})


def rows_of(tab: str, who: Standing, now: dt.datetime) -> RequestQuerySet:
    """Return one of the lists of the person who holds these posts."""
    seen = Request.objects.seen_by(who)
    match tab:
        case Tab.DESK:
            return seen.at_the_desk()
        case Tab.DOING:
            return seen.filter(state=RequestState.DISPATCHED)
        case Tab.ANSWERED:
            return seen.filter(state=RequestState.ANSWERED)
        case Tab.CLOSED:
            return seen.filter(closed_at__isnull=False)
        case Tab.SOON:
            return seen.due_soon(now)
        case Tab.OVERDUE:
            return seen.overdue(now)
        case Tab.MINE:
            return seen.filter(received_by=who.user_id)
        case _:
            return seen


def sort_of(tab: str) -> tuple[str, str]:
    return ("due_at", "id") if tab in NEAREST_FIRST else ("-received_at", "-id")


def counts(who: Standing, form: "FilterForm", now: dt.datetime) -> dict[str, int]:
    """Count every tab under these filters: one query, each count with a bound."""
    return lists.counts({tab: form.apply(rows_of(tab, who, now)) for tab in Tab.values}, ROUGH)


class FilterForm(Plain):
    """What narrows a list; a wrong value narrows nothing and is named."""

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *RequestKind.choices])
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[("", _("All")), *RequestSource.choices])
    category = forms.CharField(label=_("Category"), required=False, max_length=60)
    within = NodeField(label=_("Area: code or name"), required=False)
    since = forms.DateField(label=_("Received from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Received to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, nodes: Any) -> None:
        super().__init__(data)
        within = self.fields["within"]
        assert isinstance(within, NodeField)  # noqa: S101 - declared above
        within.offered = nodes
        self.is_valid()

    def apply(self, rows: RequestQuerySet) -> RequestQuerySet:
        given = self.cleaned_data
        if given.get("q"):
            rows = rows.filter(models.Q(number__istartswith=given["q"]) | models.Q(platform_no=given["q"]))
        for name in ("kind", "source"):
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        if given.get("category"):
            rows = rows.filter(category__name__icontains=given["category"])
        node: Grid | None = given.get("within")
        if node is not None:
            column = node.kind if node.kind in {"district", "street", "community", "micro"} else "grid"
            rows = rows.filter(**{column: node})
        if given.get("since"):
            rows = rows.filter(received_at__gte=_midnight(given["since"]))
        if given.get("until") and given["until"] < dt.date.max:  # the last day of all has none after it
            rows = rows.filter(received_at__lt=_midnight(given["until"] + dt.timedelta(days=1)))
        return rows

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())

    def chips(self) -> list[str]:
        """Say which filters narrow the list, each in its words."""
        said = []
        for field in self:
            if value := self.cleaned_data.get(field.name):
                choices = dict(getattr(field.field, "choices", ()))
                said.append(f"{field.label}: {choices.get(value, value)}")
        return said


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
