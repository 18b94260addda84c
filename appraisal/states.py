"""The closed lists of appraisal: who is judged, by what, how a period and an objection go. No database."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Judged(models.TextChoices):
    """Whom a scheme is for."""

    WORKER = "worker", pgettext_lazy("of appraisal", "Grid workers")
    UNIT = "unit", pgettext_lazy("of appraisal", "Units")


class Length(models.TextChoices):
    """How long a period of a scheme is; values are those of `hotline.periods.Length`."""

    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")


class Code(models.TextChoices):
    """What an indicator counts. All but the last two come from the system's own rows."""

    ON_TIME = "on_time", pgettext_lazy("indicator", "Solved on time")
    SOLVED = "solved", pgettext_lazy("indicator", "Solved at the first result")
    REPORTS = "reports", pgettext_lazy("indicator", "Reports made")
    ACCEPTED = "accepted", pgettext_lazy("indicator", "Reports accepted")
    VISITS = "visits", pgettext_lazy("indicator", "Visits that reached somebody")
    RETURNS = "returns", pgettext_lazy("indicator", "Orders returned")
    HELD_LATE = "held_late", pgettext_lazy("indicator", "Handling overdue")
    RATING = "rating", pgettext_lazy("indicator", "Rated content")
    SATISFACTION = "satisfaction", pgettext_lazy("indicator", "Hotline satisfaction")
    SURVEY = "survey", pgettext_lazy("indicator", "Residents' rating and spot checks")
    MANUAL = "manual", pgettext_lazy("indicator", "Mark given by hand")


class Evidence(models.TextChoices):
    """What the keys of a line name."""

    ORDERS = "orders", _("work orders")
    VISITS = "visits", _("visits")
    REQUESTS = "requests", _("hotline requests")
    NONE = "", _("no list")


EVIDENCE: dict[str, Evidence] = {
    Code.VISITS: Evidence.VISITS,
    Code.SATISFACTION: Evidence.REQUESTS,
    Code.SURVEY: Evidence.NONE,
    Code.MANUAL: Evidence.NONE,
}
"""Of the others, work orders."""

MEANINGS: dict[str, Promise] = {
    Code.ON_TIME: _("ended within the whole limit / fell due in the period"),
    Code.SOLVED: _("passed at the first result / solved in the period"),
    Code.REPORTS: _("how many reports were made in the period and not rejected or struck off"),
    Code.ACCEPTED: _("not rejected or struck off / reported in the period"),
    Code.VISITS: _("visits that reached somebody / visits made in the period"),
    Code.RETURNS: _("returned / handed over in the period"),
    Code.HELD_LATE: _("held beyond the limit of handling / handed over in the period"),
    Code.RATING: _("rated 4 or 5 / rated in the period"),
    Code.SATISFACTION: _("weighted grades / requesters who said so in the period"),
    Code.SURVEY: _(
        "mark out of 100 by questionnaires and spot checks of the period / people who gave it, at least five in each"
    ),
    Code.MANUAL: _("a mark out of 100, given by whoever keeps the appraisal"),
}
COUNTS = frozenset({Code.REPORTS})
"""Indicators whose value is a number, not a rate."""
GIVEN = frozenset({Code.SURVEY, Code.MANUAL})
"""Indicators whose value is not counted from the system's rows; it is a mark out of 100."""
WEIGHTED = frozenset({Code.SATISFACTION})
"""Rates whose numerator is a sum of weights, not a number of cases."""
FOR_WORKERS = (
    *(Code.ON_TIME, Code.SOLVED, Code.REPORTS, Code.ACCEPTED, Code.VISITS, Code.RATING),
    *(Code.SATISFACTION, Code.SURVEY, Code.MANUAL),
)
FOR_UNITS = (
    *(Code.ON_TIME, Code.SOLVED, Code.RETURNS, Code.HELD_LATE, Code.RATING, Code.SATISFACTION),
    *(Code.SURVEY, Code.MANUAL),
)
CODES: dict[str, tuple[Code, ...]] = {Judged.WORKER: FOR_WORKERS, Judged.UNIT: FOR_UNITS}


class Formula(models.TextChoices):
    """How a value becomes a score out of 100."""

    BETWEEN = "between", _("In proportion between floor and target")
    RATIO = "ratio", _("In proportion to the target")
    REACHED = "reached", _("All or nothing")
    AS_IT_IS = "as_it_is", _("The value is the score")


FORMULA_WORDS: dict[str, Promise] = {
    Formula.BETWEEN: _("0 at the floor, 100 at the target, in proportion in between; the target may be the lower one"),
    Formula.RATIO: _("value ÷ target × 100"),
    Formula.REACHED: _("100 where the value reaches the target, else 0"),
    Formula.AS_IT_IS: _("the value itself"),
}


TARGET_IS_FLOOR = _("Floor and target are the same: between them there is nothing to score in proportion.")
RATIO_NEEDS_TARGET = _("In proportion to the target: the target is above 0.")


class PeriodState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a period", "Open")
    COMPUTED = "computed", pgettext_lazy("state of a period", "Computed")
    PUBLISHED = "published", pgettext_lazy("state of a period", "Published")
    FINAL = "final", pgettext_lazy("state of a period", "Final")


SHOWN = frozenset({PeriodState.PUBLISHED, PeriodState.FINAL})
"""From here on those judged see their results."""


class LineNote(models.TextChoices):
    """Why a line has no score."""

    COUNTED = "", _("counted")
    TOO_FEW = "too_few", _("too few to judge")
    MISSING = "missing", _("no value")


class PointKind(models.TextChoices):
    """What a rule of immediate points is for."""

    POINT = "point", _("Immediate points")
    CORRECTION = "correction", _("Correction of a final result")


class ObjectionReason(models.TextChoices):
    FACTS = "facts", _("The facts are wrong")
    NOT_MINE = "not_mine", _("It was not mine to do")
    UNREASONABLE = "unreasonable", _("The case is unreasonable")
    ARITHMETIC = "arithmetic", _("It was counted wrongly")
    OTHER = "other", pgettext_lazy("reason of an objection", "Other")


class ObjectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of an objection", "Undecided")
    UPHELD = "upheld", pgettext_lazy("state of an objection", "Upheld")
    REJECTED = "rejected", pgettext_lazy("state of an objection", "Rejected")


class Remedy(models.TextChoices):
    """What an upheld objection changes."""

    EXCLUDED = "excluded", _("Take out the cases that were excluded from assessment by decision")
    RECOUNT = "recount", _("State the right numbers")
    STRIKE = "strike", _("Strike the points")


class Certificate(models.TextChoices):
    """Levels of the social worker's certificate (DOMAIN.md §1.2)."""

    NONE = "", _("none")
    ASSISTANT = "assistant", _("Assistant social worker")
    MIDDLE = "middle", _("Social worker")
    SENIOR = "senior", _("Senior social worker")


class PayKind(models.TextChoices):
    SENIORITY = "seniority", _("Seniority, for each full year")
    CERTIFICATE = "certificate", _("Certificate")
    PERFORMANCE = "performance", _("Performance, by result")
    PART_TIME = "part_time", _("Part-time share of the elements")
