"""The nightly looks at the tree and at the audit log."""

import logging
from itertools import islice

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts import audit, audit_chain, notices
from grids import tree_check
from grids.models import Post
from grids.roles import Role

log = logging.getLogger(__name__)
NAMED = 20
COUNTED = 10_000
"""Counting faults stops here."""


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


@shared_task
@transaction.atomic
def check_audit() -> None:
    """Report an audit log that was changed: a line in it all the same, a notice to every audit administrator."""
    faults = list(islice(audit_chain.check(), COUNTED))
    if not faults:
        log.info("The audit log is whole.")
        return
    log.error("The audit log has %d faults, the first: %s", len(faults), faults[0])
    lines = [fault.record_id for fault in faults if fault.record_id is not None]
    audit.record(None, "accounts.audit_broken", None, {"count": len(faults), "lines": lines[:NAMED]})
    now = timezone.now()
    auditors = (
        Post.objects.in_force(timezone.localdate(now)).holding(Role.AUDIT_ADMIN).values_list("user_id", flat=True)
    )
    url = "/accounts/audit/?action=accounts.audit_broken"
    notices.send(sorted(set(auditors)), "audit_broken", {"count": len(faults)}, url, now=now)
