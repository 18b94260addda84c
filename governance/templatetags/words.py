"""How the product says spans of time and big numbers: `{% load words %}`."""

import datetime as dt

from django import template
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_WAN, _YI = 10_000, 100_000_000


@register.filter
def duration(span: dt.timedelta | float | None) -> str:
    """Say a span in its two greatest units: "1 d 3 h", "3 h 20 min", "5 min"; a number is in seconds."""
    if span is None:
        return ""
    seconds = int(abs(span.total_seconds() if isinstance(span, dt.timedelta) else span))
    if seconds < _MINUTE:
        return _("under 1 min")
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    parts = [(days, _("%(n)d d")), (hours, _("%(n)d h")), (minutes, _("%(n)d min"))]
    first = next(index for index, (count, _word) in enumerate(parts) if count)
    return " ".join(word % {"n": count} for count, word in parts[first : first + 2] if count)


@register.simple_tag
def left(due_at: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """Say how far off a deadline is: "1 d 3 h left", or past it "2 d over"; nothing where there is none."""
    if due_at is None:
        return ""
    remaining = due_at - (now or timezone.now())
    if remaining < dt.timedelta(0):
        return _("%(span)s over") % {"span": duration(remaining)}
    return _("%(span)s left") % {"span": duration(remaining)}


@register.filter
def big_number(number: int | None) -> str:
    """Write a count: from ten thousand on in 万 and 亿 in Chinese, with group separators in English."""
    if number is None:
        return "—"
    if not (translation.get_language() or "").startswith("zh") or abs(number) < _WAN:
        return number_format(number, use_l10n=True, force_grouping=True)
    unit, sign = (_YI, "亿") if abs(number) >= _YI else (_WAN, "万")
    return f"{number / unit:.1f}".removesuffix(".0") + f" {sign}"
