"""What a month is paid beside the wage: seniority, certificate, result (DOMAIN.md §1.2). Pure; no database."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from appraisal.states import Certificate, PayKind

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Element:
    """A pay element in force: CNY a month, of the part-time share percent."""

    kind: str
    amount: Decimal
    level: str = ""
    cap: Decimal | None = None
    at_least: Decimal | None = None


USUAL = (
    Element(PayKind.SENIORITY, Decimal(80), cap=Decimal(800)),
    Element(PayKind.CERTIFICATE, Decimal(200), Certificate.ASSISTANT),
    Element(PayKind.CERTIFICATE, Decimal(300), Certificate.MIDDLE),
    Element(PayKind.CERTIFICATE, Decimal(400), Certificate.SENIOR),
    Element(PayKind.PART_TIME, Decimal(100)),
)
"""What holds where a district has no rows of its own: DOMAIN.md §1.2; part-time posts get the elements in full, since
no source says otherwise; nothing is paid by result."""


@dataclass(frozen=True)
class Service:
    """What of a worker decides about pay."""

    hired_on: dt.date | None
    certificate: str = ""
    valid_until: dt.date | None = None
    is_part_time: bool = False
    total: Decimal | None = None
    """The final result of the month, where there is one."""


@dataclass(frozen=True)
class Pay:
    years: int
    seniority: Decimal
    certificate: Decimal
    performance: Decimal

    @property
    def sum(self) -> Decimal:
        return self.seniority + self.certificate + self.performance


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def full_years(hired_on: dt.date, on: dt.date) -> int:
    """Return how many years of service are full by the end of this day.

    A year is full on the day of its date; one that began on 29 February is full on the last day of February where the
    year has no 29th (Civil Code, article 202).
    """
    if on < hired_on:
        return 0
    years = on.year - hired_on.year
    last = calendar.monthrange(on.year, hired_on.month)[1]
    anniversary = dt.date(on.year, hired_on.month, min(hired_on.day, last))
    return years - (on < anniversary)


def reckon(service: Service, elements: Iterable[Element], on: dt.date) -> Pay:
    """Return the elements of a month whose last day is `on`; each is cut to the part-time share on its own."""
    rows = list(elements)
    years = full_years(service.hired_on, on) if service.hired_on is not None else 0
    seniority = sum((_seniority(row, years) for row in rows if row.kind == PayKind.SENIORITY), ZERO)
    has_certificate = service.certificate and (service.valid_until is None or service.valid_until >= on)
    certificate = sum(
        (
            row.amount
            for row in rows
            if has_certificate and row.kind == PayKind.CERTIFICATE and row.level == service.certificate
        ),
        ZERO,
    )
    share = Decimal(1)
    if service.is_part_time:
        share = next((row.amount / 100 for row in rows if row.kind == PayKind.PART_TIME), share)
    parts = (seniority, certificate, _performance(rows, service.total))
    return Pay(years, *((part * share).quantize(CENT, rounding=ROUND_HALF_UP) for part in parts))


def _seniority(row: Element, years: int) -> Decimal:
    earned = row.amount * years
    return earned if row.cap is None else min(earned, row.cap)


def _performance(rows: Iterable[Element], total: Decimal | None) -> Decimal:
    """Return the amount of the highest band that the result reaches."""
    bands = [row for row in rows if row.kind == PayKind.PERFORMANCE and row.at_least is not None]
    reached = [row for row in bands if total is not None and row.at_least is not None and total >= row.at_least]
    return max(reached, key=lambda row: row.at_least or ZERO).amount if reached else ZERO
