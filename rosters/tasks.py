"""The jobs of rosters: do what a batch waits for, pick up what a dead job left."""

from celery import shared_task
from django.utils import timezone

from rosters import running
from rosters.models import Batch


@shared_task(ignore_result=True)
def run_batch(batch_id: int) -> str:
    """Do the work of one batch; whoever else is at it goes on alone."""
    try:
        return running.run(batch_id).state
    except running.Taken:
        return "taken"
    except running.Interrupted:
        return "interrupted"


@shared_task(ignore_result=True)
def pick_up() -> int:
    """Go on with batches whose job died or was lost with the broker; returns how many."""
    found = list(Batch.objects.left_alone(timezone.now()).order_by("id").values_list("pk", flat=True)[:5])
    for batch_id in found:
        run_batch.delay(batch_id)
    return len(found)
