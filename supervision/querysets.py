"""Reads on supervision orders: who sees which, and the lists that supervisors and addressees work from."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.standing import Standing
from supervision.access import ANSWERS, SUPERVISES
from supervision.states import RUNNING, State
from workorders import sight
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from supervision.models import SupervisionOrder  # noqa: F401 - named in the bases below

HIDDEN = (State.DRAFT, State.DROPPED)
"""What only supervisors see."""


class Tab(models.TextChoices):
    """The lists of supervision orders."""

    REPLY = "reply", _("To be answered by me")
    JUDGE = "judge", _("To be judged by me")
    DRAFTS = "drafts", _("Drafts")
    ISSUED = "issued", _("Issued by me")
    AREA = "area", _("In my area")
    CLOSED = "closed", pgettext_lazy("supervision", "Closed")


class SupervisionQuerySet(models.QuerySet["SupervisionOrder"]):
    def running(self) -> "SupervisionQuerySet":
        """Return what waits for a reply or for a judgement."""
        return self.filter(state__in=RUNNING)

    def visible_to(self, user: User) -> "SupervisionQuerySet":
        """Return what this person may see: of orders they see, drafts only where they supervise."""
        who = standing_for(user)
        seen = self.filter(order__in=WorkOrder.objects.visible_to(user))
        if not who.has(SUPERVISES):
            return seen.exclude(state__in=HIDDEN)
        return seen.filter(~models.Q(state__in=HIDDEN) | _supervised(who))

    def addressed_to(self, who: Standing) -> "SupervisionQuerySet":
        """Return what is addressed to this person's units, or to the nodes at which they answer."""
        nodes = [post.node_id for post in who.nodes(ANSWERS)]
        return self.filter(models.Q(unit__in=who.unit_ids) | models.Q(unit=None, node__in=nodes))

    def supervised_by(self, who: Standing) -> "SupervisionQuerySet":
        """Return what lies in the area that this person supervises."""
        return self.filter(_supervised(who))

    def tab(self, tab: Tab | str, user: User) -> "SupervisionQuerySet":
        """Return one of a person's lists, of what they may see."""
        who = standing_for(user)
        seen = self.visible_to(user)
        if tab == Tab.REPLY:
            return seen.addressed_to(who).filter(state=State.ISSUED)
        if tab == Tab.JUDGE:
            return seen.supervised_by(who).filter(state=State.REPLIED).exclude(replier=who.user_id)
        if tab == Tab.DRAFTS:
            return seen.filter(state=State.DRAFT)
        if tab == Tab.ISSUED:
            return seen.running().filter(issuer=who.user_id)
        if tab == Tab.CLOSED:
            return seen.filter(state=State.CLOSED)
        return seen.running()

    def with_names(self) -> "SupervisionQuerySet":
        """Join what a row or a page of a supervision order names."""
        heavy = [f"{name}__{column}" for name in ("node", "order__grid") for column in ("boundary", "duties")]
        hidden = [f"order__{name}" for name in ("contact_name", "contact_phone", "routing")]
        joined = self.select_related("order__category", "order__grid", "unit", "node", "issuer", "replier")
        return joined.defer(*heavy, *hidden)


def _supervised(who: Standing) -> models.Q:
    """Sight of confidential orders comes with `visible_to`; here only the area counts."""
    return models.Q(order__in=WorkOrder.objects.filter(sight.area(who, SUPERVISES)))
