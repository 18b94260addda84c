"""Trained models of a district: kept with their figures; one is in use, by itself only if it is no worse.

A new model and the one in use are measured on the same messages, which neither was trained on (training.part_of).
"""

import datetime as dt
from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.models import Grid
from hotline.models import CategoryModel
from hotline.suggesting import training
from hotline.suggesting.labelled import Tree
from hotline.suggesting.model import UnreadableModel, load
from hotline.suggesting.training import Trained

KEPT = 12
"""Models of a district that are kept for comparing; the oldest not in use go."""


class Against(TypedDict):
    """The comparison with the model that was in use: its key, and both models' shares by first-level category."""

    model: int
    messages: int
    new: dict[str, float | None]
    in_use: dict[str, float | None]


@transaction.atomic
def keep(
    district: Grid, trained: Trained, *, origin: str, tree: Tree, actor: User | None, now: dt.datetime | None = None
) -> CategoryModel:
    """Keep a newly trained model, and take it into use unless the one in use does better on the same messages.

    actor: None is the command. Models beyond KEPT are removed, the oldest first, never the one in use.
    """
    moment = now or timezone.now()
    rows = list(CategoryModel.objects.of(district).select_for_update())
    in_use = next((row for row in rows if row.is_in_use), None)
    against = _against(trained, in_use, tree) if in_use else None
    artefact = trained.model.dump()
    made = CategoryModel.objects.create(
        district=district,
        trained_at=moment,
        trained_by=actor,
        origin=origin,
        rows=trained.figures["rows"],
        figures=trained.figures | ({"against": against} if against else {}),
        artefact=artefact,
        size=len(artefact),
    )
    if is_no_worse(against):
        _turn(made, in_use, actor, moment)
    old = [row.pk for row in sorted(rows, key=lambda row: -row.pk) if not row.is_in_use][KEPT - 1 :]
    CategoryModel.objects.filter(pk__in=old, is_in_use=False).delete()
    return made


@transaction.atomic
def use(row: CategoryModel, *, actor: User, now: dt.datetime | None = None) -> CategoryModel:
    """Take a kept model into use instead of the present one; raises PermissionDenied."""
    if not CategoryModel.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise PermissionDenied(_("Your posts do not let you decide on models of this district."))
    rows = list(CategoryModel.objects.of(row.district).select_for_update())
    chosen = next(one for one in rows if one.pk == row.pk)
    if not chosen.is_in_use:
        _turn(chosen, next((one for one in rows if one.is_in_use), None), actor, now or timezone.now())
    return chosen


def is_no_worse(against: Against | None) -> bool:
    """Say whether a new model may be taken into use by itself: at least as often right at first, then among three."""
    if against is None:
        return True
    new, old = against["new"], against["in_use"]
    return (new["top1"] or 0, new["top3"] or 0) >= (old["top1"] or 0, old["top3"] or 0)


def _turn(new: CategoryModel, old: CategoryModel | None, actor: User | None, now: dt.datetime) -> None:
    if old is not None:
        old.is_in_use, old.used_until = False, now
        old.save(update_fields=["is_in_use", "used_until"])
    new.is_in_use, new.used_from, new.used_until, new.used_by = True, now, None, actor
    new.save(update_fields=["is_in_use", "used_from", "used_until", "used_by"])
    audit.record(actor, "hotline.use_category_model", new, {"before": old.pk if old else None})


def _against(trained: Trained, in_use: CategoryModel, tree: Tree) -> Against | None:
    """Compare by first-level category: models may be trained at other depths. None where the old one is unreadable."""
    try:
        old = load(bytes(in_use.artefact))
    except UnreadableModel:
        return None
    group = tree.first_level({*trained.model.labels, *old.labels, *(one.label for one in trained.held_out)})
    return {
        "model": in_use.pk,
        "messages": len(trained.held_out),
        "new": training.measured(trained.model, trained.held_out, group),
        "in_use": training.measured(old, trained.held_out, group),
    }
