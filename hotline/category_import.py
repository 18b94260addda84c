"""Take a city's own categories of requests over, and later their changes: nothing that is there is ever deleted.

Everything stands below the category `H`. A row is recognised by its code, else by its name under its parent; new
categories get the next free code below their parent's (H10, H1001, …), which they keep for good.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from grids.importing import Outcome, Report, Row
from hotline.category_files import CategoryFile, Node, match_key
from workorders import category_options
from workorders.models import Category
from workorders.states import Scheme

ROOT = "H"
_ROOT_NAME, _ROOT_NAME_EN = "热线诉求", "Hotline matters"
_SHORT = re.compile(r"\d{2,3}")


def take(file: CategoryFile, name: str, *, retire: bool = False, dry_run: bool = False) -> Report:
    """Add what is new in the file, rename what has another name now, and say what became of each row.

    name: of the file, kept as the source of new rows. retire: switch off what the file does not have. dry_run: change
    nothing. A file with a row that stops it changes nothing.
    """
    report = Report()
    for odd in file.odd:
        outcome = Outcome.REFUSED if odd.stops else Outcome.UNCHANGED
        report.add(outcome, Row(name, odd.row, {}), odd.value, str(odd.words))
    if not file.is_refused:
        with transaction.atomic():
            _Taking(name, report).take(file.nodes, retire=retire)
            transaction.set_rollback(dry_run or report.is_refused)
            if not dry_run:
                category_options.forget()
    return report


class _Taking:
    """One import: the hotline's categories as they are, by code and by name under the parent."""

    def __init__(self, name: str, report: Report) -> None:
        self.name = name
        self.report = report
        self.source = Path(name).name[:80]
        Category.objects.get_or_create(
            code=ROOT,
            defaults={
                "name": _ROOT_NAME,
                "name_en": _ROOT_NAME_EN,
                "scheme": Scheme.HOTLINE,
                "needs_photo": False,
            },
        )
        self.by_code = {one.code: one for one in Category.objects.select_for_update().order_by("id")}
        ours = [one for one in self.by_code.values() if one.scheme == Scheme.HOTLINE]
        self.by_name = {(one.parent_id, match_key(one.name)): one for one in ours}
        self.touched = {self.by_code[ROOT].pk}

    def take(self, nodes: Iterable[Node], *, retire: bool) -> None:
        """Go through the file from the first level down; parents stand before their children."""
        found: dict[tuple[str, ...], Category] = {(): self.by_code[ROOT]}
        for node in nodes:
            parent = found.get(node.path[:-1])
            category = self._one(node, parent) if parent else None
            if category:
                found[node.path] = category
                self.touched.add(category.pk)
        if retire and not self.report.is_refused:
            self._retire()

    def _one(self, node: Node, parent: Category) -> Category | None:
        row, words = Row(self.name, node.row, {}), " › ".join(node.path)
        by_code = self.by_code.get(node.code) if node.code else None
        known = by_code or self.by_name.get((parent.pk, match_key(node.path[-1])))
        if by_code and (by_code.scheme != Scheme.HOTLINE or by_code.parent_id != parent.pk):
            self.report.refuse(row, words, _("The code %(code)s belongs to another category.") % {"code": node.code})
            return None
        if known is None:
            return self._new(node, parent, row, words)
        if by_code and match_key(known.name) != match_key(node.path[-1]):
            before, known.name = known.name, node.path[-1]
            known.save(update_fields=["name"])
            self.report.add(Outcome.CHANGED, row, words, _("was called %(name)s") % {"name": before})
        else:
            off = "" if known.is_active else _("is switched off and stays so")
            self.report.add(Outcome.UNCHANGED, row, words, off)
        return known

    def _new(self, node: Node, parent: Category, row: Row, words: str) -> Category:
        category = Category.objects.create(
            code=node.code or self._free_code(parent),
            name=node.path[-1],
            parent=parent,
            scheme=Scheme.HOTLINE,
            needs_photo=False,
            is_confidential=parent.is_confidential,
            source=self.source,
        )
        self.by_code[category.code] = category
        self.by_name[parent.pk, match_key(category.name)] = category
        self.report.add(Outcome.ADDED, row, words, category.code)
        return category

    def _free_code(self, parent: Category) -> str:
        """Return the parent's code with the next number: of two digits, of three from the hundredth child on."""
        numbers = [
            int(rest)
            for one in self.by_code.values()
            if one.parent_id == parent.pk and _SHORT.fullmatch(rest := one.code.removeprefix(parent.code))
        ]
        number = max(numbers, default=0) + 1
        while (code := f"{parent.code}{number:02d}") in self.by_code:
            number += 1
        return code

    def _retire(self) -> None:
        """Switch off what the file does not have; requests that have it keep it."""
        gone = [
            one
            for one in self.by_code.values()
            if one.scheme == Scheme.HOTLINE and one.is_active and one.pk not in self.touched
        ]
        Category.objects.filter(pk__in=[one.pk for one in gone]).update(is_active=False)
        for one in gone:
            self.report.add(Outcome.VANISHED, None, one.name, one.code, file=self.name)
