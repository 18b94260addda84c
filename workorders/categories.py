"""The category tree held in memory: small, read whole, walked without asking the database again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from workorders.models import Category


def known(codes: Collection[str]) -> list[str]:
    """Return those of some codes that are categories', one query."""
    return list(Category.objects.filter(code__in=codes).values_list("code", flat=True))


def name_of(category: Category) -> str:
    """Return a category's name in the reader's language."""
    return in_language(category.name, category.name_en)


def in_language(name: str, name_en: str) -> str:
    """Choose between a category's names by the reader's language."""
    return name_en if name_en and is_english() else name


def is_english() -> bool:
    """Say whether the reader's language is English: asked once for many names."""
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class Branch:
    """A category where it stands in the tree; `depth` 0 is a root."""

    category: Category
    depth: int
    is_leaf: bool
    path: str

    @property
    def name(self) -> str:
        return name_of(self.category)


def tree(categories: Iterable[Category]) -> list[Branch]:
    """List the categories from the roots down, each after its parent."""
    below: dict[int | None, list[Category]] = defaultdict(list)
    for category in categories:
        below[category.parent_id].append(category)

    def walk(parent: int | None, above: tuple[str, ...]) -> list[Branch]:
        rows: list[Branch] = []
        for category in below[parent]:
            path = (*above, name_of(category))
            rows.append(Branch(category, len(above), not below[category.pk], " › ".join(path)))
            rows += walk(category.pk, path)
        return rows

    return walk(None, ())


def as_choices(branches: Iterable[Branch]) -> list[tuple[int, str]]:
    """Return choices for a select, each name indented below its parent's."""
    return [(branch.category.pk, "　" * branch.depth + branch.name) for branch in branches]


def descendants(category_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """Return the category and all below it."""
    found = {category_id}
    while True:
        below = {pk for pk, parent in parents.items() if parent in found} - found
        if not below:
            return found
        found |= below
