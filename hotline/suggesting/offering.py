"""What a model makes of a text at the desk: at most three categories with how sure it is, or nothing.

It never decides: the operator takes one, another, or none, and `Request.suggestion_rank` remembers which.
"""

import logging
from dataclasses import dataclass

from grids.models import Grid
from hotline.models import CategoryModel
from hotline.suggesting import grams
from hotline.suggesting.model import Guess, Model, UnreadableModel, load
from workorders.categories import name_of
from workorders.models import Category

log = logging.getLogger(__name__)
MODELS_KEPT = 3
"""Districts whose model one process keeps in memory; a model has a few million bytes."""
_kept: dict[int, tuple[int, Model | None]] = {}
"""By district: the key of the row that was loaded, and what it holds; None where it cannot be read."""


@dataclass(frozen=True)
class Suggestion:
    """A category that the text may belong to. rank: 1 is the likeliest. path: names from the first level down."""

    rank: int
    category: Category
    path: str
    confidence: float

    @property
    def percent(self) -> int:
        """How sure the model is, in whole per cent, never a round 100."""
        return min(99, round(self.confidence * 100))


def suggest(text: str, district: Grid, *, title: str = "") -> list[Suggestion]:
    """Return up to three categories, the likeliest first; none without a model, or where it is not sure.

    Categories that were switched off meanwhile are left out. Two queries, one more when another model came into use.
    """
    model = _model_of(district)
    guesses = model.best(grams.join(title, text)) if model else []
    if not guesses:
        return []
    rows = Category.objects.active().filter(code__in=[guess.label for guess in guesses])
    by_code = {one.code: one for one in rows.select_related("parent__parent__parent__parent")}
    return _offered(guesses, by_code)


def _offered(guesses: list[Guess], by_code: dict[str, Category]) -> list[Suggestion]:
    known = [(by_code[guess.label], guess.confidence) for guess in guesses if guess.label in by_code]
    return [
        Suggestion(rank, category, path_of(category), confidence)
        for rank, (category, confidence) in enumerate(known, start=1)
    ]


def path_of(category: Category) -> str:
    """Return a category's names from the first level down, without the root of all hotline matters."""
    names = []
    above: Category | None = category
    while above is not None:
        names.append(name_of(above))
        above = above.parent
    return " › ".join(reversed(names[:-1] if len(names) > 1 else names))


def _model_of(district: Grid) -> Model | None:
    pk = CategoryModel.objects.in_use_in(district).values_list("pk", flat=True).first()
    if pk is None:
        return None
    kept = _kept.get(district.pk)
    if kept is None or kept[0] != pk:
        while len(_kept) >= MODELS_KEPT:
            _kept.pop(next(iter(_kept)), None)
        kept = _kept[district.pk] = (pk, _loaded(pk))
    return kept[1]


def _loaded(pk: int) -> Model | None:
    try:
        return load(bytes(CategoryModel.objects.values_list("artefact", flat=True).get(pk=pk)))
    except UnreadableModel as error:
        log.warning("Category model %s cannot be read: %s", pk, error)
        return None
