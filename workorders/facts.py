"""What a report and a result must say before they count (DOMAIN.md §5.3); one place for pages, API and tasks."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workorders.models import Category
from workorders.photos import CleanPhoto
from workorders.states import Source

MAX_TEXT = 2000


def check_report(category: Category, description: str, source: str, pictures: Sequence[CleanPhoto]) -> None:
    """Raise ValidationError naming the field; a patrol's report needs a photo unless its category needs none."""
    if not description.strip():
        raise ValidationError({"description": _("Say in a sentence what is the matter.")})
    if len(description) > MAX_TEXT:
        raise ValidationError({"description": _("Keep the description within 2,000 characters.")})
    if source not in Source.values:
        raise ValidationError({"source": _("Choose where the report comes from.")})
    if not category.is_active:
        raise ValidationError({"category": _("This category is no longer in use.")})
    if source == Source.GRID and category.needs_photo and not pictures:
        raise ValidationError({"photos": _("Add at least one photo.")})


def check_result(category: Category, result: str, pictures: Sequence[CleanPhoto], field: str = "photos") -> None:
    """Raise ValidationError naming the field; a result has words, and a photo unless its category needs none."""
    if not result.strip():
        raise ValidationError({"result": _("Say what was done.")})
    if len(result) > MAX_TEXT:
        raise ValidationError({"result": _("Keep the result within 2,000 characters.")})
    if category.needs_photo and not pictures:
        raise ValidationError({field: _("Add a photo of the place after the work.")})
