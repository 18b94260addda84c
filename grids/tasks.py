"""The nightly look at the tree."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts import audit, notices
from grids import tree_check
from grids.models import Post
from grids.roles import Role

log = logging.getLogger(__name__)
NAMED = 20


@shared_task
@transaction.atomic
def check_trees() -> None:
    """Report a broken tree: an audit record, a notice to every system administrator, a line in the log."""
    faults = tree_check.find()
    if not faults:
        log.info("The tree is whole.")
        return
    log.error("The tree has %d faults, the first: %s", len(faults), faults[0])
    audit.record(None, "grids.tree_broken", None, {"count": len(faults), "codes": [f.code for f in faults[:NAMED]]})
    now = timezone.now()
    admins = Post.objects.in_force(timezone.localdate(now)).holding(Role.SYS_ADMIN).values_list("user_id", flat=True)
    notices.send(sorted(set(admins)), "tree_broken", {"count": len(faults)}, "/grids/", now=now)
