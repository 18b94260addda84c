"""Fields that the forms of appraisal share."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appraisal.errors import Refusal
from appraisal.querysets import under
from grids.backends import standing_for
from grids.models import Post, Unit
from grids.roles import Permission
from hotline.periods import EARLIEST, LATEST
from workorders.models import WorkOrder


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def text(label: Any, rows: int = 3, limit: int = 1000, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more)


def number(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, localize=False, **more)


class WorkerField(forms.CharField):
    """A worker of one's area, by employee number, sign-in name or full name; the value is the account."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)
        self.actor: User | None = None

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words or self.actor is None:
            return None
        mine = Post.objects.filter(under(standing_for(self.actor), Permission.APPRAISE))
        named = Q(username=words) | Q(employee_number=words) | Q(display_name=words)
        found = list(User.objects.filter(named, pk__in=mine.values("user_id")).order_by("employee_number")[:6])
        if not found:
            raise ValidationError(_("Nobody of your area has this name or number."), code="unknown")
        if len(found) > 1:
            numbers = "、".join(user.employee_number or user.username for user in found)
            words = _("Several people have this name; write the number: %(numbers)s")
            raise ValidationError(words, code="several", params={"numbers": numbers})
        return found[0]


class OrderField(forms.CharField):
    """A work order that the actor sees, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, required=False, **kwargs)
        self.actor: User | None = None

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words or self.actor is None:
            return None
        found = WorkOrder.objects.visible_to(self.actor).filter(number=words).first()
        if found is None:
            raise ValidationError(_("You see no work order of this number."), code="unknown")
        return found


def units_for(actor: User) -> Any:
    """Return the units that a person appraises."""
    return Unit.objects.active().filter(under(standing_for(actor), Permission.APPRAISE)).order_by("node__lft", "pk")


def add_refusal(form: forms.BaseForm, error: Refusal) -> None:
    """Show a refusal at the field to blame, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def month_of(value: str | None, today: dt.date) -> dt.date:
    """Read a month as an address says it (2026-11); what cannot be read is this month."""
    try:
        month = dt.date.fromisoformat(f"{value}-01")
    except ValueError:
        month = dt.date.min
    return month if EARLIEST <= month <= LATEST else today.replace(day=1)
