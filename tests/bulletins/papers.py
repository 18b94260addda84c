"""What the tests of briefings share: a district with a month of orders, and reading a PDF's words."""

import datetime as dt
import re
import zlib

from django.utils import timezone

from grids.models import Kind
from insights import rolling
from tests.factories import Line, make_category, make_grid, make_line, make_order
from workorders.states import State

NOON = dt.datetime(2026, 10, 12, 4, 0, tzinfo=dt.UTC)
OCTOBER = dt.date(2026, 10, 1)
NOW = dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.UTC)


def make_months() -> Line:
    """Make 5 orders in September and 12 in October: 10 due then, 3 of them late; a second community has two of them."""
    line = make_line("operator", "dispatcher", "chief", "supervisor", "worker")
    road, water = make_category(name="市容环境"), make_category(name="供水")
    other = make_grid(line.street, Kind.COMMUNITY)
    begun = NOON - dt.timedelta(days=60)
    make_order(line, reported_at=begun)
    for number in range(5):
        at = NOON - dt.timedelta(days=20 + number)
        make_order(line, State.CLOSED, category=water, reported_at=at, finished_at=at + dt.timedelta(hours=3))
    for number in range(12):
        at = NOON + dt.timedelta(hours=number)
        due = at + dt.timedelta(days=2) if number < 10 else None
        late = number < 3
        make_order(
            line,
            State.EVALUATED if number == 5 else State.CLOSED,
            category=road if number < 9 else water,
            reported_at=at,
            finished_at=at + dt.timedelta(days=3 if late else 1),
            whole_due_at=due,
            lead_unit=line.dept if number < 3 else None,
            rating=5 if number == 5 else None,
            community=other if number in {3, 4} else line.community,
            grid=other if number in {3, 4} else line.base,
        )
    rolling.rebuild(line.district, now=NOW)
    return line


def today() -> dt.date:
    return timezone.localdate()


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF of ours: deflated streams (ASCII85 around them) of two-byte strings in the Chinese font
    and one-byte strings in the Latin one."""
    import base64

    latin = re.findall(rb"/BaseFont /Times-Roman.*?/Name /(F\d+)", pdf, re.S)
    found, is_latin = [], False
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            content = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue
        for font, text in re.findall(rb"/(F\d+) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\) Tj", content, re.S):
            if font:
                is_latin = font in latin
            else:
                found.append(_unescaped(text).decode("cp1252" if is_latin else "utf-16-be", errors="ignore"))
    return "".join(found)


def _unescaped(text: bytes) -> bytes:
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(match: re.Match[bytes]) -> bytes:
        sign = match.group(1)
        return bytes([int(sign, 8) & 255]) if sign[:1].isdigit() else plain.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.S)
