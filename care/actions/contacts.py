"""Assigning contact households: a plan is drawn up, edited, accepted as a whole; an ended post's are handed over."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from care import contact_lists
from care.balance import share_out
from care.models import ContactDuty, ContactPlan, HandOver
from grids.backends import require
from grids.models import Grid, Kind, Post
from grids.roles import Permission
from residents.models import House
from workorders.workflow import InvalidMove, StaleOrder

PLANNED = frozenset({Kind.BASE.value, Kind.DEDICATED.value, Kind.COMMUNITY.value})
"""A plan is for a grid or a community."""


@transaction.atomic
def draw_up(node: Grid, *, actor: User, now: dt.datetime | None = None) -> ContactPlan:
    """Propose evenly who keeps in touch with whom in a grid or community; an open plan there is dropped."""
    moment = now or timezone.now()
    require(actor, Permission.ASSIGN_CONTACTS, node)
    if node.kind not in PLANNED:
        raise InvalidMove(_("Contact households are assigned in a grid or a community."))
    Grid.objects.select_for_update(no_key=True).get(pk=node.pk)
    for former in ContactPlan.objects.filter(node=node, state=ContactPlan.State.DRAFT):
        _close(former, ContactPlan.State.DROPPED, actor, moment)
    by_grid = contact_lists.blocks(node)
    posts = contact_lists.posts_of(by_grid, timezone.localdate(moment))
    shares: list[dict[str, Any]] = []
    for grid_id, blocks in by_grid.items():
        given = share_out(blocks, contact_lists.carriers(posts.get(grid_id, [])))
        shares += [asdict(share) | {"grid_id": grid_id} for share in given]
    if not shares:
        raise InvalidMove(_("Nobody lives in a house of this area according to the registers."))
    return ContactPlan.objects.create(
        district_id=_district(node), node=node, shares=shares, made_by=actor, made_at=moment
    )


@transaction.atomic
def edit_plan(plan: ContactPlan, *, actor: User, posts: Mapping[int, int | None], version: int) -> ContactPlan:
    """Give shares (by their place in the plan) to other posts. Only posts of the share's grid are taken."""
    locked = _open_plan(plan, actor, version)
    able = contact_lists.posts_of({share["grid_id"] for share in locked.shares}, timezone.localdate())
    for place, post_id in posts.items():
        share = locked.shares[place]
        if post_id is not None and post_id not in {post.pk for post in able.get(share["grid_id"], [])}:
            raise ValidationError(_("One of these people holds no post there today."))
        share["post_id"] = post_id
    return _saved(locked)


@transaction.atomic
def split_share(plan: ContactPlan, *, actor: User, place: int, version: int) -> ContactPlan:
    """Cut a share in two halves along the stairs, so that they can go to different people."""
    locked = _open_plan(plan, actor, version)
    if not 0 <= place < len(locked.shares):
        raise ValidationError(_("This share is not in the plan."))
    share = locked.shares[place]
    weights = {
        house.house_id: house.weight
        for block in contact_lists.blocks(locked.node).get(share["grid_id"], [])
        if block.building_id == share["building_id"]
        for house in block.houses
    }
    houses = [pk for pk in weights if share["houses"] is None or pk in share["houses"]]
    if len(houses) < 2:
        raise InvalidMove(_("There is only one household in it."))
    middle = len(houses) // 2
    halves = [
        share | {"houses": part, "count": len(part), "weight": sum(weights[pk] for pk in part)}
        for part in (houses[:middle], houses[middle:])
    ]
    locked.shares[place : place + 1] = halves
    return _saved(locked)


@transaction.atomic
def accept(plan: ContactPlan, *, actor: User, version: int, now: dt.datetime | None = None) -> ContactPlan:
    """Let the plan hold from today: duties that it keeps stay, others end and new ones begin; workers are told."""
    moment = now or timezone.now()
    locked = _open_plan(plan, actor, version)
    today = timezone.localdate(moment)
    able = contact_lists.posts_of({share["grid_id"] for share in locked.shares}, today)
    posts = {post.pk: post for some in able.values() for post in some}
    if any(share["post_id"] not in posts for share in locked.shares):
        raise InvalidMove(_("A share has nobody, or somebody who no longer holds a post there. Choose another person."))
    wanted_buildings, wanted_houses = _wanted(locked.shares)
    changed = _apply(
        ContactDuty.objects.present().filter(building_id__in=wanted_buildings),
        "building_id",
        wanted_buildings,
        posts,
        locked,
        actor,
        moment,
    )
    houses = House.objects.filter(building_id__in=wanted_buildings).values("pk")
    present = ContactDuty.objects.present()
    own = present.filter(house_id__in=houses) | present.filter(house_id__in=wanted_houses)
    changed |= _apply(own, "house_id", wanted_houses, posts, locked, actor, moment)
    _close(locked, ContactPlan.State.ACCEPTED, actor, moment)
    audit.record(actor, "care.accept_contacts", locked, {"shares": len(locked.shares)})
    notices.send(changed - {actor.pk}, "care_contacts", {}, "/care/contacts/", now=moment)
    return locked


@transaction.atomic
def drop(plan: ContactPlan, *, actor: User, version: int, now: dt.datetime | None = None) -> ContactPlan:
    locked = _open_plan(plan, actor, version)
    _close(locked, ContactPlan.State.DROPPED, actor, now or timezone.now())
    return locked


@transaction.atomic
def hand_over(item: HandOver, *, actor: User, to: Mapping[int, int], now: dt.datetime | None = None) -> int:
    """Give duties (by key) of an ending post to other posts (by key); returns how many. With the last one the list is
    finished. Raises PermissionDenied, ValidationError."""
    moment = now or timezone.now()
    locked = HandOver.objects.select_for_update(of=("self",)).select_related("node", "post").get(pk=item.pk)
    require(actor, Permission.ASSIGN_CONTACTS, locked.node)
    today = timezone.localdate(moment)
    duties = ContactDuty.objects.present().filter(post=locked.post).select_for_update(of=("self",))
    able = {post.pk: post for post in contact_lists.posts_near(locked.node, today)}
    told: set[int] = set()
    done = 0
    for duty in duties.order_by("pk"):
        if duty.pk not in to:
            continue
        post = able.get(to[duty.pk])
        if post is None or post.pk == locked.post_id:
            raise ValidationError(_("One of these people holds no post there today."))
        _end(duty, actor, today)
        _begin(post, actor, moment, duty.district_id, building_id=duty.building_id, house_id=duty.house_id)
        told.add(post.user_id)
        done += 1
    if not ContactDuty.objects.present().filter(post=locked.post).exists():
        locked.finished_at = moment
        locked.save(update_fields=["finished_at"])
    audit.record(actor, "care.hand_over", locked, {"count": done})
    notices.send(told - {actor.pk}, "care_contacts", {}, "/care/contacts/", now=moment)
    return done


def _wanted(shares: list[dict[str, Any]]) -> tuple[dict[int, int], dict[int, int]]:
    """Say which post gets which buildings whole, and which houses by themselves.

    Of a split building the largest share is the building's duty, so that a house that fills later is not forgotten.
    """
    buildings: dict[int, int] = {}
    houses: dict[int, int] = {}
    for share in sorted(shares, key=lambda share: -share["weight"]):
        building_id = share["building_id"]
        if building_id is not None and buildings.setdefault(building_id, share["post_id"]) == share["post_id"]:
            continue
        houses |= dict.fromkeys(share["houses"] or [], share["post_id"])
    return buildings, houses


def _apply(
    present: Any,
    column: str,
    wanted: dict[int, int],
    posts: dict[int, Post],
    plan: ContactPlan,
    actor: User,
    now: dt.datetime,
) -> set[int]:
    """End the duties that are not wanted, begin the new ones; returns whom it concerns."""
    today = timezone.localdate(now)
    concerned: set[int] = set()
    kept: set[int] = set()
    for duty in present.select_for_update(of=("self",)):
        place = getattr(duty, column)
        if wanted.get(place) == duty.post_id:
            kept.add(place)
        else:
            _end(duty, actor, today)
            concerned.add(duty.worker_id)
    for place, post_id in wanted.items():
        if place not in kept:
            _begin(posts[post_id], actor, now, plan.district_id, **{column: place})
            concerned.add(posts[post_id].user_id)
    return concerned


def _end(duty: ContactDuty, actor: User, day: dt.date) -> None:
    duty.ended_on, duty.ended_by = max(day, duty.started_on), actor
    duty.save(update_fields=["ended_on", "ended_by"])


def _begin(post: Post, actor: User, now: dt.datetime, district_id: int, **place: int | None) -> None:
    ContactDuty.objects.create(
        district_id=district_id,
        post=post,
        worker_id=post.user_id,
        started_on=timezone.localdate(now),
        assigned_by=actor,
        assigned_at=now,
        **place,
    )


def _open_plan(plan: ContactPlan, actor: User, version: int) -> ContactPlan:
    locked = ContactPlan.objects.select_for_update(of=("self",)).select_related("node").get(pk=plan.pk)
    require(actor, Permission.ASSIGN_CONTACTS, locked.node)
    if locked.state != ContactPlan.State.DRAFT:
        raise InvalidMove(_("This plan is closed."))
    if locked.version != version:
        raise StaleOrder(_("Somebody changed the plan meanwhile. Look at it again."))
    return locked


def _saved(plan: ContactPlan) -> ContactPlan:
    plan.version += 1
    plan.save(update_fields=["shares", "version"])
    return plan


def _close(plan: ContactPlan, state: str, actor: User, now: dt.datetime) -> None:
    plan.state, plan.closed_by, plan.closed_at = state, actor, now
    plan.version += 1
    plan.save(update_fields=["state", "closed_by", "closed_at", "version"])


def _district(node: Grid) -> int:
    return int(Grid.objects.on_path_to(node).values_list("pk", flat=True)[0])
