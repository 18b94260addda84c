"""The tables about registers, visits and the hotline."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotline.calling import KeyReason
from hotline.states import RequestKind
from insights.board.comparing import Three, heads, row
from insights.board.orders import counted
from insights.catalogue import HOTLINE
from insights.cells import Cell, Part, Row, Table, Unit
from insights.figures import HotlineRate, Sums
from insights.measures import Measure
from residents.models.people import ResidentKind
from visits.states import Outcome

M = Measure
OWN_MEASURES = (
    *(M.REQUESTED_BY_KIND, M.KEY_OPENED, M.VISITED, M.PEOPLE_REACHED),
    *sorted(set().union(*(entry.measures for entry in HOTLINE))),
)


def registers(stocks: Three, notes: Sequence[str]) -> Table:
    """Return what the registers hold at the end of the period, and held then."""
    rows = [
        row(M.RESIDENTS.label, Held(M.RESIDENTS), stocks),
        *(
            row(_("of them: %(kind)s") % {"kind": kind.label}, Held(M.RESIDENTS, (kind.value,)), stocks)
            for kind in ResidentKind
        ),
        row(M.HOUSES.label, Held(M.HOUSES), stocks),
        row(M.ORGANISATIONS.label, Held(M.ORGANISATIONS), stocks),
        row(M.KEY_SITES.label, Held(M.KEY_SITES), stocks),
        row(M.WORKERS.label, Held(M.WORKERS), stocks),
    ]
    return Table(
        "registers",
        _("People, houses, organisations"),
        _("what the registers hold at the end of the period; “—” where nobody counted that day"),
        pgettext("of a register", "Entries"),
        heads(pgettext("how many", "Number")),
        rows,
        notes=notes,
    )


def visits(three: Three, stocks: Three, notes: Sequence[str]) -> Table:
    """Return the visits of the period, and how many of those who are to be visited were reached by its end."""
    rows = [
        row(_("Visits made"), counted_all(M.VISITED, "visits"), three, good=True),
        *(
            row(
                _("of them: %(kind)s") % {"kind": outcome.label}, counted(M.VISITED, outcome.value, name="visit"), three
            )
            for outcome in Outcome
        ),
        row(M.PEOPLE_REACHED.label, counted_all(M.PEOPLE_REACHED, "people_reached"), three, good=True),
        row(_("Reached within their interval"), Held(M.COVERAGE, ("reached",), is_rate=True), stocks, good=True),
        row(_("Visit overdue"), Held(M.COVERAGE, ("overdue",), is_rate=True), stocks, good=False),
        row(_("Contact households reached"), Held(M.CONTACT, ("reached",), is_rate=True), stocks, good=True),
    ]
    return Table(
        "visits",
        _("Visits due and reached"),
        _("visits made in the period; people reached or overdue / people to be visited, at its end"),
        pgettext("of visits", "What"),
        heads(pgettext("how many", "Number")),
        rows,
        notes=notes,
    )


def hotline(three: Three) -> Table:
    """Return the six rates of the hotline, as its own page reckons them."""
    compared = [(entry, row(entry.label, entry.cell, three, good=True)) for entry in HOTLINE]
    rows = [Row(one.label, one.cells, meaning=entry.meaning) for entry, one in compared]
    return Table(
        "hotline",
        _("Six rates of the hotline"),
        _("percent, with numerator and denominator; what is excluded from assessment is left out"),
        pgettext("a number with its name", "Rate"),
        heads(_("Now")),
        rows,
        chart="rows",
        ends_at=100,
    )


def requests(three: Three) -> Table:
    rows = [
        row(kind.label, counted(M.REQUESTED_BY_KIND, kind.value, name="request_kind"), three) for kind in RequestKind
    ]
    return Table(
        "requests",
        M.REQUESTED.label,
        _("hotline requests received in the period, by kind"),
        pgettext("of a request", "Kind"),
        heads(M.REQUESTED.label),
        rows,
        chart="rows",
    )


def supervised(three: Three) -> Table:
    """Return what was put under key supervision in the period and how far it is."""
    entry = next(entry for entry in HOTLINE if entry.name == HotlineRate.KEY)
    rows = [
        row(_("Opened"), counted_all(M.KEY_OPENED, "key_opened"), three),
        *(row(reason.label, counted(M.KEY_OPENED, reason.value, name="key_reason"), three) for reason in KeyReason),
        row(entry.label, entry.cell, three, good=True),
    ]
    return Table(
        "supervised",
        _("Key supervision"),
        _("requests put under key supervision in the period, by reason; answered or closed / put under it"),
        _("Reason"),
        heads(pgettext("how many", "Number")),
        rows,
    )


def counted_all(measure: str, name: str) -> Callable[[Sums, str], Cell]:
    return lambda sums, when: Cell(name, sums.count(measure), when=when, top=(measure, ()))


class Held:
    """Makes the cell of a stock: a number, or a share of all that its measure holds; nothing where nobody counted."""

    def __init__(self, measure: str, keys: Sequence[str] = (), *, is_rate: bool = False) -> None:
        self.measure, self.keys, self.is_rate = measure, keys, is_rate

    def __call__(self, sums: Sums, when: str) -> Cell:
        known = bool(sums.counts)
        number = sums.count(self.measure, *self.keys) if known else None
        key = self.keys[0] if self.keys else ""
        why = "" if known else _("Nobody had counted it by that day.")
        top: Part = (self.measure, tuple(self.keys))
        if not self.is_rate:
            return Cell(self.measure, number, key=key, when=when, top=top, why_missing=why)
        below, bottom = sums.count(self.measure) if known else None, (self.measure, ())
        return Cell(
            self.measure, number, below, Unit.PERCENT, key=key, when=when, top=top, bottom=bottom, why_missing=why
        )
