"""What the fields of the registers are called in the record of changes."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.models import FloatingFacts, ForeignFacts, House, Household, LeftBehindFacts, Organisation, Resident

_MODELS: tuple[type[models.Model], ...] = (
    *(Resident, FloatingFacts, ForeignFacts, LeftBehindFacts, Household, Organisation, House),
)
_OWN = {
    "house": gettext_lazy("house"),
    "until": gettext_lazy("until when"),
    "double": gettext_lazy("entered twice"),
    "grid_id": gettext_lazy("grid"),
    "gone": gettext_lazy("gone or here"),
    "gone_on": gettext_lazy("gone or here"),
}


def say(name: str) -> str:
    """Return the field's name in words; one that no model knows stands as it is."""
    if name in _OWN:
        return str(_OWN[name])
    if name.startswith("kinship of "):
        return _("relation to the head")
    for model in _MODELS:
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return str(getattr(field, "verbose_name", name))
    return name
