"""What a resident's copy of their data says of care (DOMAIN.md §4.4 rule 8): groups, contact worker, tiers.

The resident may learn of every tier; who writes the copy out may know it or not. Who does not know all refers to the
level that does, whether there is anything or not.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from care import facts, looks, sight
from care.models import CareMembership, TierGrant
from grids.backends import standing_for
from residents import held
from residents.held import Line
from residents.models import Resident


def register() -> None:
    held.register("care_groups", gettext_lazy("Care groups"), groups)
    held.register("contact", gettext_lazy("Contact worker"), contact)
    held.register_knowing("tiers", gettext_lazy("Service tiers"), tiers)


def groups(resident: Resident) -> list[Line]:
    rows = CareMembership.objects.filter(resident=resident).order_by("started_on", "pk")
    return [
        (f"{row.started_on} – {row.ended_on or ''}", f"{row.get_group_display()} · {row.get_source_display()}")
        for row in rows
    ]


def contact(resident: Resident) -> list[Line]:
    found = facts.of(resident).contact
    return [(str(found.since), found.name)] if found is not None else []


def tiers(resident: Resident, reader: User | None) -> list[Line]:
    """Say every tier with its reason, fact, basis and days; the reading is on record as any other."""
    known = facts.of(resident).contact
    contact_id = known.worker_id if known is not None else None
    if reader is None or not sight.knows_all_of(resident, standing_for(reader), contact_id):
        return [(_("Service tiers"), _("The street centre answers this part."))]
    grants = list(TierGrant.objects.filter(resident=resident).order_by("pk"))
    looks.note(reader.pk, grants)
    return [
        (
            f"{grant.starts_on or ''} – {grant.ends_on or ''} {grant.get_tier_display()} ({grant.get_state_display()})",
            f"{grant.reason.label} · {grant.fact} · {grant.basis}",
        )
        for grant in grants
    ]
