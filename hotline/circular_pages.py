"""A circular's frozen figures as its page, its paper and its workbook show them; words in the reader's language."""

from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from hotline.calling import Colour, KeyReason
from hotline.models import Circular
from hotline.periods import Length, around
from hotline.rates import MEANINGS, Rate
from hotline.states import RequestState


def shown(item: Circular) -> dict[str, Any]:
    """Return what the templates show."""
    given = item.figures
    return {
        "week": around(item.monday, Length.WEEK),
        "rates": [(Rate(one["rate"]).label, MEANINGS[Rate(one["rate"])], one) for one in given.get("rates", [])],
        "heads": [rate.label for rate in Rate],
        "tables": [
            (pgettext("rates by", "Unit"), given.get("units", [])),
            (pgettext("rates by", "Street"), given.get("streets", [])),
        ],
        "overdue": given.get("overdue", []),
        "cards": [(Colour(one["colour"]), one) for one in given.get("cards", {}).get("rows", [])],
        "key": [
            (KeyReason(one["reason"]).label, RequestState(one["state"]).label, one) for one in given.get("key", [])
        ],
        "figures": given,
    }


def write(item: Circular) -> IO[bytes]:
    """Return the figures as a workbook: rates, then a sheet for each table."""
    given, facts = item.figures, shown(item)
    week = facts["week"]
    book = Workbook(_("Six rates"), widths=[30, 12, 12, 12, 12, 12, 12], frozen_rows=2)
    book.add([f"{_('Weekly circular of the hotline')} {week.first:%Y-%m-%d} – {week.last:%Y-%m-%d}"], bold=True)
    top, bottom, before = pgettext("of a rate", "Numerator"), pgettext("of a rate", "Denominator"), _("before, %")
    book.add([pgettext("circular", "Rate"), "%", top, bottom, before], bold=True)
    for label, _meaning, one in facts["rates"]:
        book.add([str(label), _number(one["percent"]), _number(one["n"]), one["d"], _number(one["before"]["percent"])])
    for title, lines in facts["tables"]:
        book.turn_to_sheet(title, widths=[30, *[14] * 6], frozen_rows=1)
        book.add([title, *[f"{rate.label} %" for rate in Rate]], bold=True)
        for line in lines:
            book.add([line["name"] or "—", *[_number(one["percent"]) for one in line["rates"]]])
    book.turn_to_sheet(_("Overdue"), widths=[30, 12, 14], frozen_rows=1)
    book.add([pgettext("ledger", "Unit"), pgettext("circular", "How many"), _("Oldest deadline")], bold=True)
    for line in given.get("overdue", []):
        book.add([line["name"], line["count"], line["oldest"]])
    book.turn_to_sheet(_("Hot topics"), widths=[60, 24, 12, 12], frozen_rows=1)
    book.add([_("Topic"), _("Where"), _("In the period"), _("Before")], bold=True)
    for line in given.get("topics", []):
        book.add([line["name"], line["where"] or _("several communities"), line["count"], line["before"]])
    book.turn_to_sheet(_("Key cases"), widths=[24, 20, 26, 14, 16], frozen_rows=1)
    book.add([_("Number"), _("Category"), pgettext("ledger", "Why"), _("Since"), _("State")], bold=True)
    for reason, state, one in facts["key"]:
        book.add([one["number"], one["category"], str(reason), one["since"], str(state)])
    return book.file()


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
