"""Numbers of appraisal as the pages write them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.arithmetic import plain
from appraisal.models import Assessment, Correction, Indicator, PointEntry

register = template.Library()


@register.filter
def trimmed(number: Decimal | int | None) -> str:
    """Write a number without the zeros that say nothing, and a dash for none."""
    return "—" if number is None else plain(Decimal(number))


@register.filter
def signed(number: Decimal | None) -> str:
    """Write a number with its sign; nothing is 0."""
    if not number:
        return "0"
    return f"{'+' if number > 0 else '−'}{trimmed(abs(number))}"


@register.filter
def negative(number: Decimal) -> Decimal:
    return -number


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    return found.get(key)


@register.filter
def one_in(pk: int, indicators: Iterable[Indicator]) -> Indicator | None:
    """Return the indicator of this key among those at hand."""
    return next((one for one in indicators if one.pk == pk), None)


@register.filter
def label_in(pk: int, indicators: Iterable[Indicator]) -> str:
    one = one_in(pk, indicators)
    return one.label if one is not None else ""


@register.filter
def has_back(entry: PointEntry) -> bool:
    """Say whether points were given back."""
    return hasattr(entry, "reversed_by")


@register.simple_tag
def step_url(item: Assessment, name: str) -> str:
    return reverse(f"appraisal:period-{name}", args=[item.pk])


@register.filter
def compared(correction: Correction) -> list[tuple[str, str, str]]:
    """Return what a correction changed: name, before, after."""
    names = {
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "value": _("Value"),
        "raw_score": pgettext("of an indicator", "Score"),
        "points": pgettext("of an indicator", "Points"),
        "total": _("Total"),
    }
    before, after = correction.before, correction.after
    return [(words, before.get(key, "—"), after.get(key, "—")) for key, words in names.items() if key in before | after]
