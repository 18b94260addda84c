"""The history of tiers goes one year after the return to green (DOMAIN.md §4.4 rule 11)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts import retention
from care.models import CareMembership, TierGrant
from care.querysets import GrantQuerySet
from residents.retention_rules import on_anonymise


def register() -> None:
    retention.register("tiers", _("History of service tiers"), "TIER_KEEP_DAYS", remove)
    on_anonymise(forget_groups)


def forget_groups(resident_ids: Sequence[int]) -> None:
    """Remove from care groups those who become anonymous; the history of tiers goes by its own rule."""
    CareMembership.objects.filter(resident__in=resident_ids).delete()


def old_history(before: dt.datetime) -> GrantQuerySet:
    """Return the grants of residents whose last one closed before this moment."""
    kept = TierGrant.objects.filter(resident=OuterRef("resident")).filter(Q(closed_at=None) | Q(closed_at__gte=before))
    rows: GrantQuerySet = TierGrant.objects.filter(~Exists(kept))
    return rows


def remove(before: dt.datetime, is_trial: bool) -> int:
    """Delete that history with its steps; a database trigger refuses what is younger than a year."""
    return retention.delete(old_history(before), is_trial)
