"""What a visit ends in, why one is due, what people say at the door: the closed lists of this app. No database."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """How a visit ended; the first and the last reached somebody."""

    MET = "met", pgettext_lazy("of a visit", "Met")
    NOBODY = "nobody", pgettext_lazy("of a visit", "Nobody home")
    REFUSED = "refused", pgettext_lazy("of a visit", "Refused")
    MOVED = "moved", pgettext_lazy("of a visit", "Has moved")
    PHONE = "phone", pgettext_lazy("of a visit", "Spoke by telephone")


REACHED = frozenset({Outcome.MET, Outcome.PHONE})
"""Outcomes that count as having reached the people named."""


class Basis(models.TextChoices):
    """Why a visit is due by its day; never more than the kind of rule, so that no list tells a tier."""

    REGULAR = "regular", pgettext_lazy("of a visit", "Regular")
    CARE = "care", pgettext_lazy("of a visit", "Care visit")
    CONTACT = "contact", _("Contact household")


class NextTry(models.TextChoices):
    """Where nobody was home: how to try next (DOMAIN.md §1.2; LESSONS.md §1.8)."""

    EVENING = "evening", _("Try in the evening")
    WEEKEND = "weekend", _("Try at the weekend")
    PHONE = "phone", _("Telephone first")
    NEIGHBOUR = "neighbour", _("Ask the building lead or a neighbour")


class Check(models.TextChoices):
    """What was checked at an organisation; each keeps its own day there."""

    FIRE = "fire", _("Fire safety")
    ELECTRICITY = "electricity", _("Electricity")
    GAS = "gas", _("Gas")


class EntryKind(models.TextChoices):
    """What people tell (民情日志, DOMAIN.md §1.2)."""

    HARDSHIP = "hardship", _("Hardship")
    DISPUTE = "dispute", _("Dispute between neighbours")
    DEMAND = "demand", _("Demand")
    OPINION = "opinion", _("Opinion")
    SAFETY = "safety", _("Safety")
    OTHER = "other", pgettext_lazy("of an entry", "Other")


class Period(models.TextChoices):
    """日报告、周报告、月汇总 (DOMAIN.md §1.2)."""

    DAY = "day", _("Daily report")
    WEEK = "week", _("Weekly report")
    MONTH = "month", _("Monthly summary")
