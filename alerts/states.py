"""The words of early warning (预警): what is looked for, how grave it is, and what becomes of a warning."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RuleKind(models.TextChoices):
    """What a rule looks for: a closed list, since each has its own arithmetic (alerts/detecting/)."""

    RATE = "rate", _("A category above its own history")
    PLACE = "place", _("The same place again and again")
    TIER_VISITS = "tier_visits", _("Care visits missed")
    CHECKS = "checks", _("A key site's check expired")
    RETURNS = "returns", _("Unusually many returns")
    TOPIC = "topic", _("A hot topic that grows")
    BACKLOG = "backlog", _("A backlog above its own history")

    @property
    def meaning(self) -> str:
        """Say in plain words when a rule of this kind warns."""
        return str(_MEANING[self])


_MEANING: dict[RuleKind, Promise] = {
    RuleKind.RATE: _(
        "Warns where a category is reported more often than the same days of the weeks before let expect, and more "
        "often than chance would explain."
    ),
    RuleKind.PLACE: _(
        "Warns where several reports name one facility, or lie so near each other, within the days; each report counts "
        "for one warning."
    ),
    RuleKind.TIER_VISITS: _(
        "Warns where so many people who need closer attention were not visited in time. It never says who, and below "
        "ten not how many."
    ),
    RuleKind.CHECKS: _("Warns of a key site whose fire, electricity or gas check has expired or is about to."),
    RuleKind.RETURNS: _(
        "Warns where orders are returned more often than in the weeks before, and more often than chance would explain."
    ),
    RuleKind.TOPIC: _("Warns of a hot topic that is asked about much more than in as many days before."),
    RuleKind.BACKLOG: _(
        "Warns where more of the open orders are overdue than on the same day of any of the weeks before."
    ),
}


class Severity(models.TextChoices):
    NOTICE = "notice", pgettext_lazy("severity", "Notice")
    SERIOUS = "serious", pgettext_lazy("severity", "Serious")
    GRAVE = "grave", pgettext_lazy("severity", "Grave")

    @property
    def raised(self) -> "Severity":
        """Return the next graver one; the gravest stays."""
        ranks = list(Severity)
        return ranks[min(ranks.index(self) + 1, len(ranks) - 1)]


class State(models.TextChoices):
    NEW = "new", pgettext_lazy("of a warning", "Waiting for a decision")
    CONFIRMED = "confirmed", pgettext_lazy("of a warning", "Confirmed")
    DISMISSED = "dismissed", pgettext_lazy("of a warning", "Dismissed")
    LAPSED = "lapsed", pgettext_lazy("of a warning", "Lapsed")


class Act(models.TextChoices):
    FIND = "find", pgettext_lazy("of a warning", "Found by rule")
    GROW = "grow", _("Still growing")
    CONFIRM = "confirm", pgettext_lazy("of a warning", "Confirmed")
    DISMISS = "dismiss", pgettext_lazy("of a warning", "Dismissed")
    LAPSE = "lapse", pgettext_lazy("of a warning", "Lapsed")


class DismissReason(models.TextChoices):
    FALSE = "false", _("False: it is not so")
    KNOWN = "known", _("Known already")
    HANDLED = "handled", _("Being handled already")
    IRRELEVANT = "irrelevant", _("True, but of no consequence")


class Lapse(models.TextChoices):
    """Why a warning lapsed without a decision."""

    TIME = "time", _("Nobody decided in time")
    OVER = "over", _("It no longer holds")
    RULE_OFF = "rule_off", _("Its rule was switched off")


REASONS = [*DismissReason.choices, *Lapse.choices]
"""Why a warning was not confirmed: a person's reason, or the system's."""
