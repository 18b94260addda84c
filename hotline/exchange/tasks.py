"""The jobs of the exchange: take a file in, pick up what a dead job left."""

from celery import shared_task
from django.utils import timezone

from hotline.exchange import running
from hotline.models import ExchangeRun


@shared_task(ignore_result=True)
def run_exchange(run_id: int) -> str:
    """Take the rows of one exchange in; whoever else is at it goes on alone."""
    try:
        return running.run(run_id).state
    except running.Taken:
        return "taken"
    except running.Interrupted:
        return "interrupted"


@shared_task(ignore_result=True)
def pick_up_exchanges() -> int:
    """Go on with exchanges whose job died or was lost with the broker; returns how many."""
    found = list(ExchangeRun.objects.left_alone(timezone.now()).order_by("id").values_list("pk", flat=True)[:5])
    for run_id in found:
        run_exchange.delay(run_id)
    return len(found)
