"""Labelled messages: from a file (留言主题, 留言详情, 一级分类 …), or a district's own closed requests.

A message keeps the category that people gave it; which label it is trained under, `rolling` decides.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from accounts.tables.headings import key_of
from accounts.tables.reading import open_table
from grids.models import Grid
from hotline.category_files import match_key
from hotline.category_import import ROOT
from hotline.models import Request
from hotline.suggesting import grams, rolling
from hotline.suggesting.training import Example
from workorders.models import Category
from workorders.states import Scheme

LONGEST_CELL = 20_000
_SUBJECT = ("留言主题", "主题", "标题", "诉求标题", "title", "subject")
_TEXT = ("留言详情", "详情", "内容", "诉求内容", "诉求描述", "问题描述", "text")
_LEVELS = [(f"{numeral}级分类", f"{numeral}级类别", f"{numeral}级标签") for numeral in "一二三四五"]
BATCH = 2000


class NoColumns(Exception):
    """The file has no column of texts, or none of first-level categories."""


@dataclass
class Labelled:
    """Messages with the codes of their categories; `unknown` counts names that no category has, `blank` empty rows."""

    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    blank: int = 0

    def examples(self, tree: "Tree") -> list[Example]:
        """Return the messages under the labels they are trained by."""
        label = rolling.rolled_up(self.codes, tree.parents, ROOT)
        return [Example(text, label[code]) for text, code in zip(self.texts, self.codes, strict=True)]


class Tree:
    """The hotline's categories: codes by their parents, and by the names on the way down from the first level."""

    def __init__(self) -> None:
        rows = list(
            Category.objects.filter(scheme=Scheme.HOTLINE).values_list("pk", "code", "name", "parent_id").order_by("pk")
        )
        code_of = {pk: code for pk, code, _name, _parent in rows}
        self.parents: Mapping[str, str] = {
            code: code_of[parent] for _pk, code, _name, parent in rows if parent in code_of
        }
        self.names = {code: name for _pk, code, name, _parent in rows}
        self._below = {(self.parents.get(code, ""), match_key(name)): code for _pk, code, name, _parent in rows}

    def find(self, names: Iterable[str]) -> str:
        """Return the code of the deepest category that these names lead to, or "" where the first is unknown."""
        code = ""
        for name in filter(None, map(match_key, names)):
            above = code or ROOT
            found = self._below.get((above, name), "") or ("" if code else self._below.get(("", name), ""))
            if not found:
                return code
            code = found
        return code

    def first_level(self, codes: Iterable[str]) -> dict[str, str]:
        """Return the first-level category of each code."""
        return {code: rolling.first_level(code, self.parents, ROOT) for code in codes}


def from_file(path: Path, tree: Tree) -> Labelled:
    """Read a labelled table; raises UnreadableTable or NoColumns."""
    found = Labelled()
    with open_table(path, longest=LONGEST_CELL) as table:
        lines = iter(table)
        headings = {key_of(cell): column for column, cell in enumerate(getattr(next(lines, None), "cells", []))}
        subject, text = _column(headings, _SUBJECT), _column(headings, _TEXT)
        levels = [column for words in _LEVELS if (column := _column(headings, words)) is not None]
        if (subject is None and text is None) or not levels:
            raise NoColumns
        for line in lines:
            cells = dict(enumerate(line.cells))
            said = [cells.get(column, "") if column is not None else "" for column in (subject, text)]
            names = [cells.get(column, "") for column in levels]
            _take(found, said, names, tree.find(names))
    return found


def _take(found: Labelled, said: list[str], names: list[str], code: str) -> None:
    if not any(said) or not any(names):
        found.blank += 1
    elif not code:
        found.unknown[next(filter(None, names))] += 1
    else:
        found.texts.append(grams.join(*said))
        found.codes.append(code)


def from_requests(district: Grid) -> Labelled:
    """Read a district's closed requests that have a category: what its own people decided."""
    found = Labelled()
    for title, text, code in _closed(district):
        found.texts.append(grams.join(title, text))
        found.codes.append(code)
    return found


def _closed(district: Grid) -> Iterator[tuple[str, str, str]]:
    return Request.objects.to_learn_from(district).values_list("title", "text", "category__code").iterator(BATCH)


def _column(headings: Mapping[str, int], words: Iterable[str]) -> int | None:
    return next((headings[key] for word in words if (key := key_of(word)) in headings), None)
