"""Celery's doors to the registers."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import audit, notices
from grids.models import Post
from grids.roles import Role
from residents import exports, own_requests, register_check

log = logging.getLogger(__name__)
WRITTEN_AT_ONCE = 20
NAMED = 20


@shared_task
def run_exports() -> None:
    """Write the lists that wait and remove those whose time is over."""
    for _round in range(WRITTEN_AT_ONCE):
        if not exports.write_next(timezone.now()):
            break
    exports.expire(timezone.now())


@shared_task
def check_registers() -> None:
    """Report faults: an audit record, a notice to every system administrator, a line in the log; keys only."""
    report = register_check.find()
    looked = ", ".join(f"{count} {word}" for word, count in report.looked.items())
    if not report.faults:
        log.info("The registers are whole: %s.", looked)
        return
    log.error("The registers have %d faults, the first: %s", len(report.faults), report.faults[0])
    first = [f"{fault.table} {fault.pk} {fault.name}" for fault in report.faults[:NAMED]]
    audit.record(None, "residents.registers_broken", None, {"count": len(report.faults), "first": first})
    now = timezone.now()
    admins = Post.objects.in_force(timezone.localdate(now)).holding(Role.SYS_ADMIN).values_list("user_id", flat=True)
    notices.send(sorted(set(admins)), "registers_broken", {"count": len(report.faults)}, "/", now=now)


@shared_task
def warn_of_requests() -> None:
    """Tell who answers residents' own requests what is due soon and what is late; every morning."""
    own_requests.warn(timezone.now())
