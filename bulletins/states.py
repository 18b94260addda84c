"""The closed lists of this app. No database."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.periods import Length


class Kind(models.TextChoices):
    """民情日报, 周通报, 月度分析."""

    DAILY = "daily", _("Daily report of opinions")
    WEEKLY = "weekly", pgettext_lazy("briefing", "Weekly circular")
    MONTHLY = "monthly", _("Monthly analysis")

    @property
    def length(self) -> Length:
        return {"daily": Length.DAY, "weekly": Length.WEEK, "monthly": Length.MONTH}[self.value]

    @staticmethod
    def lengths() -> list[tuple[str, Promise | str]]:
        return [(length.value, length.label) for length in (Length.DAY, Length.WEEK, Length.MONTH)]


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("briefing", "Draft")
    PUBLISHED = "published", pgettext_lazy("briefing", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("briefing", "Withdrawn")


class Topic(models.TextChoices):
    """What one subscribes to: briefings, and every table that can be taken along. What is named like a table of the
    dashboard is that table (bulletins/tables.py)."""

    BULLETIN = "bulletin", _("Briefing, once it is published")
    BOARD = "board", _("Dashboard: all tables")
    AREAS = "areas", _("Dashboard: the nodes below")
    DAYS = "days", _("Dashboard: trend by day")
    LEVELS = "levels", _("Dashboard: by level")
    STAGES = "stages", _("Dashboard: stage times")
    SOURCES = "sources", _("Dashboard: sources")
    CATEGORIES = "categories", _("Dashboard: categories")
    HOURS = "hours", _("Dashboard: hours and weekdays")
    REGISTERS = "registers", _("Dashboard: people, houses, organisations")
    VISITS = "visits", _("Dashboard: visits due and reached")
    HOTLINE = "hotline", _("Dashboard: six rates of the hotline")
    REQUESTS = "requests", _("Dashboard: requests of the hotline")
    SUPERVISED = "supervised", _("Dashboard: key supervision")
    UNITS = "units", _("Table: the units of the node")
    RANKED = "ranked", _("Ranking: the nodes below, solved on time")
    RANKED_UNITS = "ranked_units", _("Ranking: units, solved on time")


class File(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word (.docx)"
    XLSX = "xlsx", "Excel (.xlsx)"


class Mail(models.TextChoices):
    """How the e-mail of a delivery stands."""

    NAMED = "named", pgettext_lazy("delivery", "To be sent when published")
    WAITING = "waiting", pgettext_lazy("delivery", "E-mail waits")
    SENT = "sent", pgettext_lazy("delivery", "E-mail sent")
    INBOX = "inbox", pgettext_lazy("delivery", "Inbox only: no e-mail address")
    FAILED = "failed", pgettext_lazy("delivery", "E-mail failed")
    STOPPED = "stopped", pgettext_lazy("delivery", "Not sent: no longer entitled")
