"""Units: centres, departments, joint teams, property companies. `actor` None is the system."""

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.errors import InvalidUnit
from grids.models import Grid, Post, Unit
from grids.roles import Permission


class UnitFacts(TypedDict, total=False):
    name: str
    kind: str
    function: str
    phone: str
    is_active: bool


@transaction.atomic
def add_unit(node: Grid, *, actor: User | None, **facts: Unpack[UnitFacts]) -> Unit:
    """Attach a unit to a node; its name is given once there."""
    require(actor, Permission.MANAGE_RULES, node)
    unit = Unit(node=node, **facts)
    _check(unit)
    unit.save()
    audit.record(actor, "grids.add_unit", unit, {"node": node.code})
    return unit


@transaction.atomic
def update_unit(unit: Unit, *, actor: User | None, **facts: Unpack[UnitFacts]) -> Unit:
    """Change a unit; raises InvalidUnit when one that is still needed would be made inactive."""
    unit = Unit.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=unit.pk)
    require(actor, Permission.MANAGE_RULES, unit.node)
    if unit.is_active and facts.get("is_active") is False:
        _check_not_needed(unit)
    changed = [field for field, value in facts.items() if getattr(unit, field) != value]
    for field in changed:
        setattr(unit, field, facts[field])  # type: ignore[literal-required]  # its keys are the fields
    _check(unit)
    unit.save(update_fields=changed)
    if changed:
        audit.record(actor, "grids.update_unit", unit, {"fields": sorted(changed)})
    return unit


def default_unit_for(node: Grid) -> Unit | None:
    """Return the active default unit of the node or of the nearest node above that has one: one query."""
    nearest = (
        Grid.objects.on_path_to(node)
        .filter(default_unit__is_active=True)
        .select_related("default_unit")
        .order_by("-lft")
        .first()
    )
    return nearest.default_unit if nearest else None


def _check(unit: Unit) -> None:
    unit.name = unit.name.strip()
    try:
        unit.full_clean(exclude=["node"], validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidUnit(" ".join(messages), field=field) from error
    if "\0" in unit.name + unit.function + unit.phone:
        raise InvalidUnit(_("The text holds a character that cannot be stored."))
    if Unit.objects.filter(node=unit.node, name=unit.name).exclude(pk=unit.pk).exists():
        raise InvalidUnit(_("There is a unit of this name here."), field="name")


def _check_not_needed(unit: Unit) -> None:
    if Grid.objects.filter(default_unit=unit).exists():
        raise InvalidUnit(_("Orders fall to this unit by default: give the node another one first."), field="is_active")
    if Post.objects.filter(unit=unit).not_ended_by(timezone.localdate()).exists():
        raise InvalidUnit(_("People are posted in this unit: end their posts first."), field="is_active")
