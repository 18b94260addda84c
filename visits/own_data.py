"""The visits that name a person, for the copy of what is held of them."""

from django.utils.translation import gettext_lazy as _

from residents import held
from residents.models import Resident
from visits.models import VisitedPerson

SHOWN = 500


def register() -> None:
    held.register("visits", _("Visits"), visits_of)


def visits_of(resident: Resident) -> list[held.Line]:
    rows = VisitedPerson.objects.filter(resident=resident, visit__annulled_at=None).select_related("visit")
    return [
        (
            f"{row.visit.visited_at:%Y-%m-%d}",
            " · ".join(filter(None, (row.visit.get_outcome_display(), row.visit.note))),
        )
        for row in rows.order_by("-visit__visited_at")[:SHOWN]
    ]
