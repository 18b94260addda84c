"""Who may do what on a whistle and in a joint review, and when: asked by pages, API and tasks. No database here."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coordination.states import CAME, Act, Entry, ReviewState
from grids.models import Kind
from grids.roles import Permission
from grids.standing import Standing
from workorders.states import OrderKind, State
from workorders.workflow import InvalidMove

if TYPE_CHECKING:
    from coordination.models import JointReview, Summons, Whistle
    from workorders.models import WorkOrder

WHISTLE = Permission.WHISTLE
CALLING_KINDS = (Kind.COMMUNITY.value, Kind.STREET.value, Kind.DISTRICT.value)
"""Levels that may call (DOMAIN.md §5.3: street and community; the district's centre does what they may)."""
OF_UNIT = frozenset({Act.CHECK_IN, Act.REPORT})


def leads(whistle: "Whistle", who: Standing) -> bool:
    """Say whether a person may rate, close and cancel: a post at the node that called."""
    return who.has_at(WHISTLE, whistle.node_id)


def calling_nodes(who: Standing) -> list[int]:
    """Return the nodes from which a person may call units together."""
    return list(dict.fromkeys(post.node_id for post in who.nodes(WHISTLE) if post.kind in CALLING_KINDS))


def refusal(whistle: "Whistle", act: Act, summons: "Summons | None" = None) -> str | Promise | None:
    """Say why the whistle's state does not allow the act, whoever asks; None where it does."""
    if whistle.is_final:
        return _("This whistle is finished.")
    if summons is None:
        return None
    if act == Act.CHECK_IN and summons.attendance in CAME:
        return _("Your unit has checked in already.")
    if act == Act.REPORT and summons.attendance not in CAME:
        return _("Check in first, then report.")
    if act == Act.RATE and summons.reported_at is None and summons.absent_at is None:
        return _("A unit is rated when it has reported, or when its absence was recorded.")
    return None


def check(whistle: "Whistle", act: Act, who: Standing | None, summons: "Summons | None" = None) -> None:
    """Let the act pass or raise InvalidMove or PermissionDenied; `who` is None for the system."""
    if who is not None and not allowed(whistle, act, who, summons):
        raise PermissionDenied(_("Your posts do not allow this here."))
    why_not = refusal(whistle, act, summons)
    if why_not is not None:
        raise InvalidMove(str(why_not))


def allowed(whistle: "Whistle", act: Act, who: Standing, summons: "Summons | None" = None) -> bool:
    if act in OF_UNIT:
        return summons is not None and summons.unit_id in who.unit_ids
    return leads(whistle, who)


def acts_for(whistle: "Whistle", who: Standing, summons: "Summons | None" = None) -> list[Act]:
    """List what this person may do now with the whistle, or with one unit's part in it."""
    acts = (Act.CHECK_IN, Act.REPORT, Act.RATE) if summons is not None else (Act.CLOSE, Act.CANCEL)
    return [a for a in acts if allowed(whistle, a, who, summons) and refusal(whistle, a, summons) is None]


MEETABLE = frozenset({State.FILED, State.DISPATCHED, State.IN_PROGRESS})


def chairs(review: "JointReview", who: Standing) -> bool:
    """Say whether a person speaks for the level whose meeting it is."""
    return who.has_at(Permission.REVIEW, review.node_id)


def why_not_convene(order: "WorkOrder") -> str | Promise | None:
    """Say why an order cannot be put before a meeting, whoever asks; None where it can."""
    if order.kind != OrderKind.INCIDENT:
        return _("This is not possible with an order of this kind.")
    if not order.is_escalated:
        return _("Only an order that climbed is put before a meeting.")
    if order.state not in MEETABLE:
        return _("This is not possible while the order is “%(state)s”.") % {"state": order.get_state_display()}
    return None


def may_convene(order: "WorkOrder", who: Standing) -> bool:
    return who.has_at(Permission.REVIEW, order.holder_id)


def review_refusal(review: "JointReview", entry: Entry) -> str | Promise | None:
    """Say why the review's state does not allow an entry of this kind; None where it does."""
    if entry == Entry.CORRECT:
        return None if review.state == ReviewState.DECIDED else _("Only what was decided is corrected.")
    if review.is_final:
        return _("This meeting is over; what was recorded stands. Add a correction.")
    return None


def check_review(review: "JointReview", entry: Entry, who: Standing | None) -> None:
    """Let an entry pass or raise InvalidMove or PermissionDenied."""
    if who is not None and not chairs(review, who):
        raise PermissionDenied(_("Only the level whose meeting it is may do this."))
    why_not = review_refusal(review, entry)
    if why_not is not None:
        raise InvalidMove(str(why_not))


def entries_for(review: "JointReview", who: Standing) -> list[Entry]:
    """List what this person may add to the record now."""
    kinds = (Entry.MINUTES, Entry.DECIDE, Entry.CORRECT, Entry.CANCEL)
    return [kind for kind in kinds if chairs(review, who) and review_refusal(review, kind) is None]
