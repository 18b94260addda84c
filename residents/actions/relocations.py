"""A house passes to another grid; who lives there and what works there go with it, and its record says so."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Permission
from residents import history
from residents.actions import turns
from residents.errors import NotPossible
from residents.models import Handover, HandoverState, House, Organisation, Relocation, Resident, Step
from residents.models.placed import PATH, Placed


def relocate(house: House, place: Placed, *, actor: User | None, reason: str, now: dt.datetime) -> None:
    """Put a locked house where `place` lies (`Placed.path_ids`); its people and organisations follow."""
    if house.path_ids == place.path_ids:
        return
    taken = House.objects.standing().filter(community=place.community_id, address_key=house.address_key)
    if house.retired_on is None and taken.exclude(pk=house.pk).exists():
        raise NotPossible(_("A house of this address is there already."), field="grid")
    before = {"grid_id": house.grid_id}
    was_in = house.grid_id
    turns.put_into(house, place)
    house.version += 1
    house.updated_at = now
    house.save(update_fields=[*PATH, "version", "updated_at"])
    Relocation.objects.create(house=house, from_grid_id=was_in, to_grid_id=house.grid_id, at=now, reason=reason)
    history.note(house, Step.RELOCATE, actor=actor, now=now, before=before, words=reason)
    path = {name: getattr(house, name) for name in PATH}
    registered_only = Q(house=None, registered_house=house)
    Resident.objects.filter(Q(house=house) | registered_only).update(**path)
    asked = Q(resident__house=house) | Q(resident__house=None, resident__registered_house=house)
    Handover.objects.filter(asked, state=HandoverState.OPEN).update(**path)
    Organisation.objects.filter(house=house).update(**path)


def community_condition(actor: User) -> Q:
    """Return what a community's row fulfils where a post over it, or in a grid of it, lets this person edit."""
    condition = Q(pk__in=[])
    for post in standing_for(actor).nodes(Permission.EDIT_REGISTERS):
        if post.unit_id is None:
            here = Q(tree_id=post.tree_id, kind=Kind.COMMUNITY)
            condition |= here & (Q(lft__gte=post.lft, rght__lte=post.rght) | Q(lft__lte=post.lft, rght__gte=post.rght))
    return condition
