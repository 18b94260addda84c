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
    """What one subscribes to."""

    BULLETIN = "bulletin", _("Briefing, once it is published")
    AREAS = "areas", _("Table: the node and the nodes below it")
    UNITS = "units", _("Table: the units of the node")


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
