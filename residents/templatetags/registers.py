"""How pages show what the registers hold: masked, in the words of the code sets. `{% load registers %}`"""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents import codes, field_names, masking
from residents.models import House, Resident

register = template.Library()
_DAYS_OF_MONTH = 30
_DAYS_OF_YEAR = 365


@register.filter
def masked_name(name: str) -> str:
    """Mask a name; an entry that was made anonymous has none and is called so."""
    return masking.name(name) if name else _("anonymous")


@register.filter
def masked_number(resident: Resident) -> str:
    """Mask the number of a person's certificate."""
    return masking.identity_number(resident.identity_number)


@register.filter
def masked_phone(number: str) -> str:
    return masking.phone(number or "")


@register.filter
def masked_code(code: str) -> str:
    return masking.credit_code(code or "")


@register.filter
def masked_address(text: str) -> str:
    return masking.address(text) if text else ""


@register.filter
def near(house: House) -> str:
    """Say where a house is down to its building, as lists do."""
    return masking.address(house.address)


@register.filter
def in_words(code: str, code_set: str) -> str:
    return codes.label(code_set, code) if code else ""


@register.filter
def age(resident: Resident) -> str:
    """Say the age in years; a date of birth stands on no page beside a masked number."""
    years = resident.age(timezone.localdate())
    return "" if years is None else ngettext("%(n)d year", "%(n)d years", years) % {"n": years}


@register.filter
def field_words(names: list[str]) -> str:
    """Name changed fields in the reader's words, each once."""
    return _(", ").join(dict.fromkeys(map(field_names.say, names)))


@register.filter
def ago(day: dt.date | None) -> str:
    """Say how long ago a day is, in days, months or years."""
    if day is None:
        return _("never recorded")
    days = (timezone.localdate() - day).days
    if days <= 0:
        return _("today")
    if days < 2 * _DAYS_OF_MONTH:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if days < 2 * _DAYS_OF_YEAR:
        months = days // _DAYS_OF_MONTH
        return ngettext("%(n)d month ago", "%(n)d months ago", months) % {"n": months}
    years = days // _DAYS_OF_YEAR
    return ngettext("%(n)d year ago", "%(n)d years ago", years) % {"n": years}
