"""Fields and looks that the forms of work orders share."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Grid, Unit
from workorders import photos
from workorders.photos import CleanPhoto

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class Plain(forms.Form):
    """Gives every widget the class of the house's style sheet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, (forms.RadioSelect, forms.HiddenInput)):
                continue
            css = "form-control"
            if isinstance(widget, forms.Select):
                css = "form-select"
            elif isinstance(widget, forms.CheckboxInput):
                css = "form-check-input"
            widget.attrs.setdefault("class", css)


def add_errors(form: forms.BaseForm, error: ValidationError, names: dict[str, str] | None = None) -> None:
    """Put what an action found wrong beside the fields it names; `names` maps the action's words to the form's."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        own = (names or {}).get(name, name)
        for one in errors:
            form.add_error(own if own in form.fields else None, one)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Several photos, checked and re-encoded (workorders/photos.py); the value is a list of CleanPhoto."""

    def __init__(self, *, camera: bool = False, **kwargs: Any) -> None:
        attrs = {"accept": "image/*" if camera else ACCEPTED} | ({"capture": "environment"} if camera else {})
        kwargs.setdefault("widget", ManyFiles(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanPhoto]:
        files: Sequence[UploadedFile[Any]] = data if isinstance(data, list) else [data] if data else []
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        return photos.clean_all(files)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class NodeField(forms.CharField):
    """A node of the tree among those offered: by its key (from a list or the map), its code, or its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.offered = Grid.objects.none()

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10:
            found = self.offered.filter(pk=int(text)).first()
            if found is not None:
                return found
        matches = list(self.offered.filter(code=text)[:1]) or list(self.offered.filter(name=text)[:6])
        matches = matches or list(self.offered.filter(name__icontains=text)[:6])
        if len(matches) == 1:
            return matches[0]
        if not matches:
            raise ValidationError(_("No grid of your area has this name or code."), code="unknown_grid")
        names = "、".join(f"{node.name} ({node.code})" for node in matches[:5])
        raise ValidationError(
            _("Several grids fit; write one of these codes: %(names)s"), code="ambiguous_grid", params={"names": names}
        )


class ReceiverField(forms.ChoiceField):
    """Who is to handle an order: a unit or a person, one choice; the value is what `dispatch` takes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.RadioSelect, **kwargs)
        self.people: dict[str, User] = {}
        self.units: dict[str, Unit] = {}
        self.grouped: list[tuple[str, list[tuple[str, str]]]] = []

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the choices as the page lists them, group by group."""
        return [{"words": words, "rows": rows} for words, rows in self.grouped]

    def offer(self, units: dict[str, Unit], people: dict[str, User], choices: list[Any]) -> None:
        self.units, self.people = units, people
        self.grouped = self.choices = choices

    def clean(self, value: Any) -> dict[str, Any]:
        chosen = super().clean(value)
        return {"unit": self.units.get(chosen), "assignee": self.people.get(chosen)}
