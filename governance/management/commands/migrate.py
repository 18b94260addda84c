"""Django's `migrate`, without making half of all models anew for each index and each constraint.

Before every operation Django renders the model's class again, with every class that is related to it. Here nearly all
are related through the user and the grid, so that 200 indexes cost more than everything else together: three quarters
of the time that an empty database takes. An index or a constraint changes nothing in another class, and in its own
only a list: that list is set.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from django.db.models import BaseConstraint, Index

Kept = BaseConstraint | Index


def _set(state: ProjectState, app_label: str, model_name: str, option: str, those: list[Kept]) -> None:
    state.models[app_label, model_name].options[option] = those
    if "apps" in state.__dict__:  # rendered; asking for it would render it
        setattr(state.apps.get_model(app_label, model_name)._meta, option, those)


def _append(state: ProjectState, app_label: str, model_name: str, option: str, one: Kept) -> None:
    _set(state, app_label, model_name, option, [*state.models[app_label, model_name].options[option], one])


def _remove(state: ProjectState, app_label: str, model_name: str, option: str, name: str) -> None:
    those = state.models[app_label, model_name].options[option]
    _set(state, app_label, model_name, option, [one for one in those if one.name != name])


@contextmanager
def quick_options() -> Iterator[None]:
    """Let states of the schema take indexes and constraints in and out without rendering, inside the block."""
    ours = {"_append_option": _append, "_remove_option": _remove}
    own = {name: getattr(ProjectState, name) for name in ours}
    try:
        for name, method in ours.items():
            setattr(ProjectState, name, method)
        yield
    finally:
        for name, method in own.items():
            setattr(ProjectState, name, method)


class Command(migrate.Command):
    def handle(self, *args: object, **options: object) -> None:
        with quick_options():
            super().handle(*args, **options)
