"""The rows of a list that is taken along, masked or in full, and the workbook with its watermark.

Service tiers and care groups are in no list (DOMAIN.md §4.4, rule 5). A masked list holds ages, not birthdays.
"""

import datetime as dt
from collections.abc import Iterator
from typing import IO, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from residents import codes, masking
from residents.models import Export, House, ListKind, Organisation, Resident

READ_AT_ONCE = 2000
Row = list[Any]


def rows_of(export: Export) -> "models.QuerySet[Any]":
    """Return what the list is of: who is here, what is there, what is open, in the area asked for."""
    if export.what == ListKind.PEOPLE:
        people = Resident.objects.here().within(export.node)
        return people.select_related("house", "community", "grid").order_by("community", "name", "id")
    if export.what == ListKind.HOUSES:
        houses = House.objects.standing().within(export.node)
        return houses.select_related("community", "grid").order_by("community", "address_key", "id")
    organisations = Organisation.objects.open().within(export.node)
    return organisations.select_related("community", "grid").order_by("community", "name", "id")


def watermark(export: Export, now: dt.datetime) -> str:
    """Say on every sheet who took the list along, when and what for."""
    return _("Taken along by %(name)s (%(username)s) on %(at)s · no. %(number)s · %(how)s · %(purpose)s") % {
        "name": export.requested_by.display_name,
        "username": export.requested_by.username,
        "at": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
        "number": export.pk,
        "how": _("masked") if export.is_masked else _("not masked"),
        "purpose": export.purpose,
    }


def write(export: Export, now: dt.datetime) -> tuple[IO[bytes], int]:
    """Write the workbook and return it open at its beginning, with the number of its rows."""
    mark = watermark(export, now)
    head, row_of, widths = _LAYOUTS[export.what]
    book = Workbook(str(ListKind(export.what).label), widths=widths, frozen_rows=3)
    book.mark(mark, title=f"{export.node.name} {ListKind(export.what).label}", author=export.requested_by.display_name)
    book.add([f"{export.node.name} · {ListKind(export.what).label}"], bold=True)
    book.add([mark])
    book.add([str(words) for words in head()], bold=True)
    count, today = 0, timezone.localdate(now)
    for row in _read(export):
        book.add(row_of(row, export.is_masked, today))
        count += 1
    book.add([mark])
    return book.file(), count


def _read(export: Export) -> Iterator[Any]:
    return rows_of(export).iterator(chunk_size=READ_AT_ONCE)


def _people_head() -> Row:
    birth = _("Age or born on")
    names = [pgettext("of a person", "name"), _("sex"), birth, _("kind"), _("identity number"), _("phone")]
    return [*names, _("address"), _("community"), _("grid")]


def _person(row: Resident, is_masked: bool, today: dt.date) -> Row:
    house = row.house.address if row.house else ""
    place = [row.community.name, row.grid.name]
    sex, kind = codes.label("sex", row.sex), row.get_kind_display()
    if is_masked:
        number = masking.identity_number(row.identity_number)
        address = masking.address(house) if house else ""
        return [masking.name(row.name), sex, row.age(today), kind, number, masking.phone(row.phone), address, *place]
    return [row.name, sex, row.born_on, kind, row.identity_number, row.phone, house, *place]


def _houses_head() -> Row:
    owner = pgettext("of a house", "owner")
    return [_("address"), _("use"), _("area in m²"), owner, _("telephone of the owner"), _("community"), _("grid")]


def _house(row: House, is_masked: bool, today: dt.date) -> Row:
    place = [row.community.name, row.grid.name]
    use = row.get_use_display()
    if is_masked:
        owner, phone = masking.name(row.owner_name), masking.phone(row.owner_phone)
        return [masking.address(row.address), use, row.area, owner, phone, *place]
    return [row.address, use, row.area, row.owner_name, row.owner_phone, *place]


def _organisations_head() -> Row:
    own = [_("name"), _("kind"), _("unified social credit code"), _("key site"), _("address")]
    return [*own, _("person in charge"), _("telephone of the person in charge"), _("community"), _("grid")]


def _organisation(row: Organisation, is_masked: bool, today: dt.date) -> Row:
    place = [row.community.name, row.grid.name]
    own = [row.name, row.get_kind_display()]
    key = _("yes") if row.is_key_site else ""
    if is_masked:
        code, manager = masking.credit_code(row.credit_code), masking.name(row.manager_name)
        return [*own, code, key, row.address, manager, masking.phone(row.manager_phone), *place]
    return [*own, row.credit_code, key, row.address, row.manager_name, row.manager_phone, *place]


_LAYOUTS: dict[str, tuple[Any, Any, tuple[int, ...]]] = {
    ListKind.PEOPLE: (_people_head, _person, (12, 6, 12, 14, 24, 16, 40, 20, 24)),
    ListKind.HOUSES: (_houses_head, _house, (44, 16, 10, 12, 16, 20, 24)),
    ListKind.ORGANISATIONS: (_organisations_head, _organisation, (32, 14, 24, 8, 40, 12, 16, 20, 24)),
}
