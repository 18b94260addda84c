"""Celery: the app and its beat schedule. Business time never lives here, only the waking of sweeps."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

app = Celery("wangge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "work-order timers": {"task": "workorders.tasks.run_timers", "schedule": 60.0},
    "notices by mail": {"task": "accounts.tasks.send_mail_notices", "schedule": 30.0},
    "tree check": {"task": "grids.tasks.check_trees", "schedule": crontab(hour=3, minute=10)},
    "heartbeat": {"task": "governance.tasks.heartbeat", "schedule": 20.0},
}
