"""The rules in words: how long a limit is, and where a shipped row comes from."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workorders.states import LimitUnit

SOURCES: dict[str, Promise] = {
    "12345 categories of Heze, 2023 H1 (secondary); small classes ours": _(
        "12345 categories of Heze, 2023 H1 (secondary); small classes ours"
    ),
    "AI-camera class of vendors (secondary)": _("AI-camera class of vendors (secondary)"),
    "Another city, urban events (secondary)": _("Another city, urban events (secondary)"),
    "At least the handling limit plus checking (proposal)": _("At least the handling limit plus checking (proposal)"),
    "Default for a unit that was whistled for (proposal)": _("Default for a unit that was whistled for (proposal)"),
    "Default for an assisting unit (proposal)": _("Default for an assisting unit (proposal)"),
    "Default profile emergency 2 h (proposal)": _("Default profile emergency 2 h (proposal)"),
    "Default profile grid 1-3-5 (proposal)": _("Default profile grid 1-3-5 (proposal)"),
    "Default stage limits (proposal)": _("Default stage limits (proposal)"),
    "Reopening once, within 15 days (proposal)": _("Reopening once, within 15 days (proposal)"),
    "GB/T 30428 family, common usage (unverified)": _("GB/T 30428 family, common usage (unverified)"),
    "GB/T 30428 family, copies of deployed systems (secondary)": _(
        "GB/T 30428 family, copies of deployed systems (secondary)"
    ),
    "GB/T 30428 family; limit of Jiyuan (secondary)": _("GB/T 30428 family; limit of Jiyuan (secondary)"),
    "GB/T 30428 family; limit of another city (secondary)": _("GB/T 30428 family; limit of another city (secondary)"),
    "GB/T 31000-like dispute categories, newer list (secondary)": _(
        "GB/T 31000-like dispute categories, newer list (secondary)"
    ),
    "Jiyuan, urban events (secondary)": _("Jiyuan, urban events (secondary)"),
    "One deployed system: at most 365 days, once (secondary)": _(
        "One deployed system: at most 365 days, once (secondary)"
    ),
    "Own list from field reports (proposal)": _("Own list from field reports (proposal)"),
    "Kept back for checking and the reply (proposal)": _("Kept back for checking and the reply (proposal)"),
    "Shandong complaints rule 2017": _("Shandong complaints rule 2017"),
    "Shandong hotline rule 2020": _("Shandong hotline rule 2020"),
    "Shandong hotline rule 2020: once, at most 10 working days": _(
        "Shandong hotline rule 2020: once, at most 10 working days"
    ),
}
"""What workorders/data/*.csv name as their source (tests/workorders/test_rules_data.py holds the two together)."""


def source_in_words(source: str) -> str:
    """Return a source in the reader's language; one that the district wrote stays as it is."""
    return str(SOURCES.get(source, source))


def span_in_words(value: int, unit: str) -> str:
    """Return the length of a limit, “1 working day”."""
    words = {
        LimitUnit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", value),
        LimitUnit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", value),
        LimitUnit.CALENDAR_DAY: ngettext("%(n)d calendar day", "%(n)d calendar days", value),
        LimitUnit.HOUR: ngettext("%(n)d hour (24×7)", "%(n)d hours (24×7)", value),
    }
    return words[LimitUnit(unit)] % {"n": value}
