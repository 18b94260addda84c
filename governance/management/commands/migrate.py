"""Django's `migrate`, without making half of all models anew for each index, constraint, table and column.

Before every operation Django renders the model's class again, with every class that is related to it. Here nearly all
are related through the user and the grid, so that 200 indexes cost more than everything else together: three quarters
of the time that an empty database takes. An index or a constraint changes nothing in another class, and in its own
only a list: that list is set. A new class is rendered alone, and a new column goes to the class that is there, as when
models are imported. A migration that works with rows (RunPython) gets all classes new from Django, since the state
says that some of them are late (`is_delayed`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, BaseConstraint, Index

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


def _add_model(state: Any, model: ModelState) -> None:
    """Render the new class alone: those that it points to learn of it as they do when models are imported."""
    state.models[model.app_label, model.name_lower] = model
    if state._relations is not None:
        state.resolve_model_relations((model.app_label, model.name_lower))
    if "apps" in state.__dict__:
        state.is_delayed = True
        state.apps.render_multiple([model])


def _add_field(state: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
    """Give the class that is there the new field."""
    field = field.clone()
    if not preserve_default:
        field.default = NOT_PROVIDED
    key = app_label, model_name
    state.models[key].fields[name] = field
    if state._relations is not None:
        state.resolve_model_field_relations(key, name, field)
    if "apps" in state.__dict__:
        state.is_delayed = True
        model = state.apps.get_model(*key)
        field.clone().contribute_to_class(model, name)
        state.apps.clear_cache()


@contextmanager
def quick_states() -> Iterator[None]:
    """Let states of the schema take in indexes, constraints, tables and columns with little rendering, in the block."""
    ours: dict[str, Callable[..., None]] = {
        "_append_option": _append,
        "_remove_option": _remove,
        "add_model": _add_model,
        "add_field": _add_field,
    }
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
        with quick_states():
            super().handle(*args, **options)
