"""The form of a knowledge snippet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.forms.desk import hotline_branches
from hotline.models import Snippet
from workorders.forms.fields import Plain

FIELDS = ("title", "text", "keywords", "valid_until")


class SnippetForm(Plain):
    """What a snippet says; who checked it and when, the action writes."""

    title = forms.CharField(label=pgettext_lazy("of a snippet", "question"), max_length=100)
    text = forms.CharField(
        label=pgettext_lazy("of a snippet", "answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    keywords = forms.CharField(
        label=_("keywords"),
        max_length=200,
        required=False,
        help_text=_("Words that a request on this would hold, with spaces."),
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    valid_until = forms.DateField(
        label=_("valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, snippet: Snippet | None) -> None:
        start = {name: getattr(snippet, name) for name in FIELDS} | {"category": snippet.category_id} if snippet else {}
        super().__init__(data, initial=start)
        branches = [branch for branch in hotline_branches() if branch.is_leaf]
        self.by_pk = {branch.category.pk: branch.category for branch in branches}
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("None of them")), *[(branch.category.pk, branch.path) for branch in branches]]

    def clean_category(self) -> Any:
        return self.by_pk.get(int(self.cleaned_data["category"])) if self.cleaned_data["category"] else None
