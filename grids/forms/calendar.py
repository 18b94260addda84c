"""The forms of the working-day calendar."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.forms.fields import Guarded
from grids.models import CalendarDay, DayKind

MAX_BYTES = 200_000


class DayForm(Guarded):
    """What one day is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of day"),
        choices=[("", gettext_lazy("By the weekday (Monday to Friday are worked)")), *DayKind.choices],
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False)

    def __init__(self, *args: Any, day: CalendarDay | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {"kind": day.kind, "name": day.name} if day else {"kind": "", "name": ""}
        self.initial.update(shown)
        self.guard(shown)


class UploadForm(forms.Form):
    """A year as a file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        help_text=gettext_lazy(
            "Columns date, kind, name; kind is holiday, makeup_workday or workday. "
            "Days that are absent go by the weekday; 1 January must be there."
        ),
    )

    def clean_file(self) -> str:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is too large for a calendar."))
        raw = upload.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text: str = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            return text
        raise ValidationError(_("The file is not text."))
