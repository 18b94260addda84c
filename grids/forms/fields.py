"""What the forms of the tree share: fields that name a node or a person by typing, and the guard of a stale page."""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grids.errors import Refused
from grids.models import Grid

LONGEST_TOLD = 200
"""Characters of a value that is told beside its field."""


class TypedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row named by typing; suggestions come from `url` into a datalist as one types, and it works without them."""

    widget = forms.TextInput
    url: Any = ""

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "maxlength": 80, "data-suggest": self.url}

    def matches(self, words: str) -> "QuerySet[Any]":
        raise NotImplementedError

    def to_python(self, value: Any) -> Model | None:
        words = str(value or "").strip()
        if words in self.empty_values or self.queryset is None:
            return None
        found = [] if "\0" in words else list(self.matches(words)[:2])
        if len(found) == 1:
            row: Model = found[0]
            return row
        code = "ambiguous" if found else "unknown"
        raise ValidationError(self.error_messages[code] % {"words": words}, code=code)


class NodeField(TypedChoice):
    """A node, by its code, or by its name where only one has it."""

    url = reverse_lazy("grids:suggest")
    default_error_messages = {
        "unknown": gettext_lazy("No grid has the code or name “%(words)s”."),
        "ambiguous": gettext_lazy("Several grids are named “%(words)s”. Choose one by its code."),
    }

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Type a name or a code and choose."))
        super().__init__(queryset, **kwargs)

    def matches(self, words: str) -> "QuerySet[Grid]":
        assert self.queryset is not None  # noqa: S101 - narrows the type
        by_code = self.queryset.filter(code=words)
        return by_code if by_code.exists() else self.queryset.filter(name=words)

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Grid) else value


class PersonField(TypedChoice):
    """A person, by sign-in name or employee number, or by name where only one has it."""

    url = reverse_lazy("grids:people")
    default_error_messages = {
        "unknown": gettext_lazy("Nobody is known by “%(words)s”."),
        "ambiguous": gettext_lazy("Several people are called “%(words)s”. Choose one by the sign-in name."),
    }

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Type a name, sign-in name or employee number and choose."))
        super().__init__(queryset, **kwargs)

    def matches(self, words: str) -> "QuerySet[User]":
        assert self.queryset is not None  # noqa: S101 - narrows the type
        for field in ("username__iexact", "employee_number", "display_name"):
            found: QuerySet[User] = self.queryset.filter(**{field: words})
            if found.exists():
                return found
        return self.queryset.none()

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class Guarded(forms.Form):
    """A form that will not write over what somebody else saved while it was open.

    It carries a digest of the row as it was shown. When that differs from the row as it is now, the form says so,
    keeps what was typed, says beside each field what stands there now, and writes it if it is sent once more.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    now = ""

    def guard(self, *values: Any) -> None:
        """Take what the row holds now; call it at the end of `__init__`."""
        text = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode(values)
        self.now = hashlib.sha256(text.encode()).hexdigest()[:20]
        self.initial["seen"] = self.now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("seen", "") not in {"", self.now}:
            self.keep("seen", self.now)
            words = _(
                "Somebody else changed this meanwhile. Look at what stands there now; save again to overwrite it."
            )
            self.add_error(None, ValidationError(words, code="stale"))
            say_what_stands_there(self)
        return cleaned

    def keep(self, name: str, value: str) -> None:
        """Show this value in a field when the form is shown again."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(name)] = value
        self.data = data


def say_what_stands_there(form: forms.BaseForm) -> None:
    """Say beside each field of a bound form that would change something what the row holds now."""
    for field in form.visible_fields():
        held = _in_words(field) if field.name in form.initial else ""
        if held and field.field.has_changed(field.initial, field.data):
            hint = _("There now: %(value)s") % {"value": held}
            field.help_text = field.field.help_text = format_html("{} {}", field.help_text, hint)


def _in_words(field: forms.BoundField) -> str:
    """Return what a field was given to show, as its reader would see it; nothing where that is too long to say."""
    held = field.field.prepare_value(field.initial)
    if isinstance(field.field, forms.ChoiceField):
        offered: Any = field.field.choices
        named = {str(value): str(label) for value, label in offered if not isinstance(label, list | tuple)}
        return named.get(str(held or ""), "")
    if isinstance(field.field, forms.BooleanField):
        return _("Yes") if held else _("No")
    text = "" if held is None else str(held)
    return "" if len(text) > LONGEST_TOLD else text or "—"


@contextlib.contextmanager
def refusals(form: forms.Form) -> Iterator[None]:
    """Say what an action refused at the field that is to blame."""
    try:
        yield
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
