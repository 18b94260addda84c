"""The words of the notices about tasks. They name a running number and nothing of the content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "task_applied": _("Application %(number)s for a task in the grids waits for a decision"),
    "task_withdrawn": _("Application %(number)s for a task was withdrawn"),
    "task_admitted": _("Application %(number)s for a task was admitted"),
    "task_refused": _("Application %(number)s for a task was refused"),
    "task_ended": _("Task %(number)s has ended early"),
    "task_round": _("Task %(number)s: a new round is open in %(grids)s of your grids"),
    "task_dropped": _("Task %(number)s has ended; what was still open falls away"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="checklist")
