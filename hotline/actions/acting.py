"""The frame of every act on a request: lock and re-read it, check its state, write it with one row of history."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.roles import PERMISSIONS, Permission
from grids.standing import Standing
from hotline.models import Request, RequestEvent
from hotline.states import ENDED, Act, RequestState
from residents.errors import NotPossible, Stale


@dataclass
class Turn:
    """One act being made on one locked request; `who` is None for the system and for the requester."""

    matter: Request
    actor: User | None
    who: Standing | None
    now: dt.datetime
    from_state: str
    permission: Permission | None = None
    was_due_at: dt.datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.was_due_at = self.matter.due_at

    def to(self, state: RequestState) -> None:
        self.matter.state = state
        self.matter.closed_at = self.now if state in ENDED else None


def begin(
    matter: Request | int,
    *,
    actor: User | None,
    states: Collection[RequestState] = frozenset(RequestState),
    permission: Permission | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Turn:
    """Lock the request's row and read it anew. Call inside a transaction.

    Raises Request.DoesNotExist, Stale where `version` is an older one, NotPossible where its state is none of `states`,
    PermissionDenied where none of the actor's posts over it gives the permission.
    """
    pk = matter if isinstance(matter, int) else matter.pk
    locked = Request.objects.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and locked.version != version:
        message = _("Somebody worked on this request meanwhile. Look at its present state, then decide again.")
        raise Stale(message, version=locked.version)
    if locked.state not in states:
        state = locked.get_state_display()
        raise NotPossible(_("This is not possible while the request is “%(state)s”.") % {"state": state})
    who = standing_for(actor) if actor is not None else None
    if who is not None and permission is not None and not may(who, permission, locked):
        raise PermissionDenied(_("Your posts do not allow this with this request."))
    return Turn(locked, actor, who, now or timezone.now(), locked.state, permission)


def may(who: Standing, permission: Permission, matter: Request) -> bool:
    """Say whether a post at one of the request's nodes gives the permission, not one held in a unit."""
    nodes = {node_id for node_id in matter.path_ids if node_id is not None}
    return any(post.node_id in nodes and post.unit_id is None and post.gives(permission) for post in who.posts)


def finish(turn: Turn, act: Act, *, note: str = "", details: dict[str, Any] | None = None) -> Request:
    """Save the request, raise its version, write the history row; `details` is plain JSON without words or names.

    A deadline that the act moved stays in the row as `was`: on its day the request counted so far.
    """
    turn.matter.version += 1
    turn.matter.save()
    if turn.was_due_at is not None and turn.was_due_at != turn.matter.due_at:
        details = {**(details or {}), "was": turn.was_due_at.isoformat()}
        turn.was_due_at = turn.matter.due_at
    record(turn.matter, act, actor=turn.actor, now=turn.now, from_state=turn.from_state, note=note, details=details)
    turn.from_state = turn.matter.state
    return turn.matter


def record(
    matter: Request,
    act: Act,
    *,
    actor: User | None,
    now: dt.datetime,
    from_state: str,
    note: str = "",
    details: dict[str, Any] | None = None,
) -> RequestEvent:
    """Write one row of a request's history."""
    return RequestEvent.objects.create(
        district_id=matter.district_id,
        matter=matter,
        at=now,
        act=act,
        actor=actor,
        actor_role=_role(matter, actor),
        from_state=from_state,
        to_state=matter.state,
        note=note.strip(),
        details=details or {},
    )


def _role(matter: Request, actor: User | None) -> str:
    """Return the role in which somebody acted: of the posts over the request, else of any."""
    if actor is None:
        return ""
    posts = standing_for(actor).posts
    over = [post for post in posts if post.node_id in matter.path_ids]
    able = [post for post in over or posts if PERMISSIONS[post.role] & {Permission.INTAKE, Permission.CALL_BACK}]
    chosen = able or over or list(posts)
    return chosen[-1].role if chosen else ""
