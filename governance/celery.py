"""Celery: the app and its beat schedule. Business time never lives here, only the waking of sweeps."""

import os
import warnings

from celery import Celery, signals
from celery.schedules import crontab

from governance import beat

warnings.filterwarnings("ignore", "You're running the worker with superuser")  # only JSON is accepted, never a pickle
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

app = Celery("wangge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # `expires`: what waited longer than until its next turn need not run twice when a worker comes back.
    "work-order timers": {"task": "workorders.tasks.run_timers", "schedule": 60.0, "options": {"expires": 55}},
    "coordination timers": {"task": "coordination.tasks.run_timers", "schedule": 60.0, "options": {"expires": 55}},
    "supervision timers": {
        "task": "supervision.tasks.sweep_supervision",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "situation digests": {"task": "supervision.tasks.send_digests", "schedule": crontab(hour=8, minute=30)},
    "rounds of tasks": {"task": "admission.tasks.issue_rounds", "schedule": 300.0, "options": {"expires": 280}},
    "notices by mail": {"task": "accounts.tasks.send_mail_notices", "schedule": 30.0, "options": {"expires": 25}},
    "events out": {"task": "gateway.tasks.deliver_events", "schedule": 5.0, "options": {"expires": 4}},
    "messages to residents": {
        "task": "messaging.tasks.deliver_messages",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "retention": {"task": "accounts.tasks.purge", "schedule": crontab(hour=1, minute=40)},
    "lists taken along": {"task": "residents.tasks.run_exports", "schedule": 20.0, "options": {"expires": 18}},
    "residents' requests": {"task": "residents.tasks.warn_of_requests", "schedule": crontab(hour=8, minute=35)},
    "audit anchor": {"task": "accounts.tasks.anchor_audit", "schedule": 300.0, "options": {"expires": 280}},
    "audit check": {"task": "grids.tasks.check_audit", "schedule": crontab(hour=2, minute=40)},
    "service tiers": {"task": "care.tasks.sweep_tiers", "schedule": crontab(hour=0, minute=5)},
    "contact households of who leaves": {"task": "care.tasks.list_hand_overs", "schedule": crontab(hour=0, minute=30)},
    "looks at tiers": {"task": "care.tasks.tell_of_looks", "schedule": crontab(day_of_month=1, hour=8, minute=0)},
    "tree check": {"task": "grids.tasks.check_trees", "schedule": crontab(hour=3, minute=10)},
    "orders of who left": {"task": "workorders.tasks.hand_over_orders", "schedule": crontab(hour=0, minute=20)},
    "orders against their history": {"task": "workorders.tasks.check_orders", "schedule": crontab(hour=3, minute=40)},
    "call-backs": {"task": "hotline.tasks.sweep_calls", "schedule": 300.0, "options": {"expires": 280}},
    "key cases and cards": {"task": "hotline.tasks.sweep_key_cases", "schedule": 300.0, "options": {"expires": 280}},
    "weekly circulars": {
        "task": "hotline.tasks.compose_circulars",
        "schedule": crontab(hour=7, minute=30, day_of_week=1),
    },
    "rosters left alone": {"task": "rosters.tasks.pick_up", "schedule": 60.0, "options": {"expires": 55}},
    "exchanges left alone": {
        "task": "hotline.exchange.tasks.pick_up_exchanges",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "due visits": {"task": "visits.tasks.renew_due_visits", "schedule": crontab(hour=1, minute=30)},
    "overdue visits": {"task": "visits.tasks.warn_leaders", "schedule": crontab(hour=8, minute=20, day_of_week=1)},
    "register check": {"task": "residents.tasks.check_registers", "schedule": crontab(hour=4, minute=0)},
    "hot topics": {"task": "hotline.tasks.find_topics", "schedule": crontab(minute=20), "options": {"expires": 3000}},
    "figures": {"task": "insights.tasks.refresh_rollups", "schedule": 60.0, "options": {"expires": 55}},
    "facilities and boundaries": {
        "task": "facilities.tasks.follow_boundaries",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "positions": {"task": "onemap.tasks.forget_positions", "schedule": 300.0, "options": {"expires": 280}},
    "figures against their source": {"task": "insights.tasks.check_rollups", "schedule": crontab(hour=4, minute=20)},
    "early warnings": {
        "task": "alerts.tasks.sweep_warnings",
        "schedule": crontab(minute=35),
        "options": {"expires": 3000},
    },
    "daily reports of opinions": {
        "task": "bulletins.tasks.compose_drafts",
        "args": ["daily"],
        "schedule": crontab(hour=17, minute=30),
    },
    "drafts of weekly circulars": {
        "task": "bulletins.tasks.compose_drafts",
        "args": ["weekly"],
        "schedule": crontab(hour=7, minute=40, day_of_week=1),
    },
    "drafts of monthly analyses": {
        "task": "bulletins.tasks.compose_drafts",
        "args": ["monthly"],
        "schedule": crontab(hour=7, minute=45, day_of_month=1),
    },
    "questionnaires past their last day": {"task": "surveys.tasks.close_ended", "schedule": crontab(hour=0, minute=15)},
    "appraisal made final": {
        "task": "appraisal.tasks.finalise_settled",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "subscribed tables": {
        "task": "bulletins.tasks.line_up_subscriptions",
        "schedule": crontab(hour=7, minute=10),
    },
    "briefings by mail": {"task": "bulletins.tasks.send_mail", "schedule": 60.0, "options": {"expires": 55}},
    "heartbeat": {"task": "governance.tasks.heartbeat", "schedule": 20.0, "options": {"expires": 15}},
}
signals.beat_init.connect(beat.stop_in_between)
