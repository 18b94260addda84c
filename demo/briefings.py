"""The briefings of the demo district: last month's and last week's are published, today's waits as a draft."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from bulletins.actions import composing, publishing, writing
from bulletins.states import Kind
from grids.models import Grid
from hotline.periods import Length, around

READERS = ("street", "secretary", "supervisor", "bureau")


def publish(district: Grid, now: dt.datetime) -> None:
    """Compose three briefings out of the figures, and have the duty chief publish what is over."""
    today = timezone.localdate(now)
    chief = User.objects.get(username="district")
    readers = list(User.objects.filter(username__in=READERS))
    for kind, length in ((Kind.MONTHLY, Length.MONTH), (Kind.WEEKLY, Length.WEEK)):
        item = composing.compose(district, actor=None, kind=kind, day=around(today, length).before.first, now=now)
        writing.name_recipients(item, actor=chief, users=readers)
        publishing.publish(item, actor=chief, version=item.version, now=now)
    composing.compose(district, actor=None, kind=Kind.DAILY, day=today, now=now)
