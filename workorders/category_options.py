"""The category select of the filter row: its options are written once for each language and kept in the cache.

Two hundred options are a fifth of the work of a page if each page renders them.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workorders.categories import as_choices, tree
from workorders.models import Category

KEPT_SECONDS = 600
_OPTION = '<option value="{}">{}</option>'


def _key(language: str) -> str:
    return f"category-options:{language}"


def options() -> SafeString:
    """Return the options of all categories in the reader's language; reads the categories when they are not kept."""
    key = _key(get_language() or settings.LANGUAGE_CODE)
    kept = cache.get(key)
    if kept is None:
        kept = str(format_html_join("", _OPTION, as_choices(tree(Category.objects.all()))))
        cache.set(key, kept, KEPT_SECONDS)
    return SafeString(kept)


def forget() -> None:
    """Let the options be read anew, once the present transaction is through."""
    transaction.on_commit(lambda: cache.delete_many([_key(language) for language, _name in settings.LANGUAGES]))


class CategorySelect(forms.Select):
    """A select over all categories, whose options come from the cache."""

    def __init__(self, empty: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty = empty

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:  # the parent's names
        given = flatatt(self.build_attrs(self.attrs, (attrs or {}) | {"name": name}))
        rows = options()
        if str(value or "").isdecimal():
            rows = mark_safe(rows.replace(f'value="{value}"', f'value="{value}" selected', 1))  # noqa: S308 - a number
        return format_html('<select{}><option value="">{}</option>{}</select>', given, self.empty, rows)
