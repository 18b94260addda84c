"""Read one row of the platform's export: texts without odd blanks, moments in every customary form, words as codes.

Pure. A row that cannot be taken carries codes in `problems`, one that can but should be looked at in `remarks`; the
words of each are in hotline/exchange/words.py.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from accounts.tables.cells import date_of_serial
from accounts.tables.headings import key_of
from hotline.exchange.states import PlatformState
from hotline.models import LONGEST_TEXT
from hotline.states import RequestKind
from workorders.states import Urgency

LONGEST_CELL = 40_000
LONGEST_NUMBER = 40
LONGEST_LINE = 200
EARLIEST = dt.datetime(2005, 1, 2, tzinfo=dt.UTC)
"""Working days are reckoned from 2005 on (grids/calendar.py)."""
AHEAD = dt.timedelta(days=1)
"""So far a clock of the platform may be ahead of ours."""
_ODD = {ord(sign): None for sign in "\u200b\u200c\u200d\u2060\ufeff\u00ad"} | dict.fromkeys(range(9), " ")
_LOST = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]*(上午|下午|晚上|AM|PM)? ?(\d{1,2})[:时点](\d{1,2})?分?(?::?(\d{1,2})(?:\.\d+)?秒?)?)?"
    r" ?(AM|PM)? ?(Z|[-+]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_SERIAL = re.compile(r"(\d{5})\.(\d+)")
_SPLIT = re.compile(r"\s*(?:/|>|＞|》|→|\\|-{1,2}>)\s*")

KINDS: dict[str, RequestKind] = {
    **dict.fromkeys(("求助", "求决", "诉求", "其他", "其它", "申请", "投诉求助"), RequestKind.HELP),
    **dict.fromkeys(("咨询", "业务咨询", "查询"), RequestKind.ENQUIRY),
    **dict.fromkeys(("投诉", "投诉举报"), RequestKind.COMPLAINT),
    **dict.fromkeys(("举报", "检举"), RequestKind.TIP),
    **dict.fromkeys(("建议", "意见", "意见建议", "批评建议"), RequestKind.SUGGESTION),
    **dict.fromkeys(("感谢", "表扬", "表扬感谢"), RequestKind.PRAISE),
    **{kind.value: kind for kind in RequestKind},
}
URGENCIES: dict[str, Urgency] = {
    **dict.fromkeys(("一般", "普通", "平件", "正常", "否"), Urgency.ORDINARY),
    **dict.fromkeys(("紧急", "急", "急件", "较急", "是"), Urgency.URGENT),
    **dict.fromkeys(("特急", "特别紧急", "突发", "加急", "特急件"), Urgency.EMERGENCY),
    **{urgency.value: urgency for urgency in Urgency},
}
STATES: dict[str, PlatformState] = {
    **dict.fromkeys(("待受理", "已受理", "受理", "新建", "待派单", "待转办"), PlatformState.RECEIVED),
    **dict.fromkeys(("转办", "已转办", "已派单", "派单", "交办", "已交办", "已签收"), PlatformState.FORWARDED),
    **dict.fromkeys(("办理中", "处理中", "在办", "待办理", "待办", "延期", "已延期"), PlatformState.WORKING),
    **dict.fromkeys(("退回", "已退回"), PlatformState.RETURNED),
    **dict.fromkeys(("已答复", "答复", "已回复", "反馈", "已反馈", "待回访"), PlatformState.ANSWERED),
    **dict.fromkeys(("办结", "已办结", "结案", "已结案", "归档", "已归档", "已关闭", "已回访"), PlatformState.CLOSED),
    **dict.fromkeys(("撤销", "已撤销", "撤单", "已撤单", "撤回", "已撤回", "作废", "已作废"), PlatformState.WITHDRAWN),
    **dict.fromkeys(("重办", "二次交办", "再次交办", "重新办理", "退回重办"), PlatformState.REDO),
    **{state.value: state for state in PlatformState},
}
_YES = frozenset({"是", "y", "yes", "true", "1", "√", "保密", "需要", "要"})
_NO = frozenset({"否", "n", "no", "false", "0", "×", "x", "不保密", "不需要", "无", "不要"})


@dataclass(slots=True)
class Row:
    """What one row says; empty and None where it says nothing. `line` is its number in the file, or in the push."""

    line: int
    platform_no: str = ""
    title: str = ""
    text: str = ""
    kind: str = ""
    urgency: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    lng: Decimal | None = None
    lat: Decimal | None = None
    is_secret: bool | None = None
    needs_reply: bool | None = None
    received_at: dt.datetime | None = None
    deadline: dt.datetime | None = None
    state: str = ""
    state_at: dt.datetime | None = None
    reply: str = ""
    answered_at: dt.datetime | None = None
    channel: str = ""
    categories: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def content(self) -> str:
        """Everything that the row says, for its fingerprint."""
        said = (
            *(self.title, self.text, self.kind, self.urgency, self.name, self.phone, self.address, self.lng, self.lat),
            *(self.is_secret, self.needs_reply, self.received_at, self.deadline, self.state, self.state_at),
            *(self.reply, self.answered_at, self.channel, self.categories),
        )
        return "\x1f".join(map(str, said))


def words(text: str) -> str:
    """Return a text in one line, without tabs, full-width blanks and signs that nobody sees."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_ODD).split())


def passage(text: str) -> str:
    """Return a longer text with its lines, each without odd blanks, and none of them empty."""
    clean = unicodedata.normalize("NFC", text).translate(_ODD)
    return "\n".join(line for part in clean.splitlines() if (line := " ".join(part.split())))


def moment(text: str, zone: ZoneInfo) -> dt.datetime | None:
    """Read a moment or a day (its beginning) as people, spreadsheets and machines write it; None where it is none.

    Without an offset it is local time.
    """
    clean = unicodedata.normalize("NFKC", " ".join(text.split())).upper()
    try:
        if found := _MOMENT.fullmatch(clean):
            year, month, day, half, hour, minute, second, late_half, offset = found.groups()
            half = half or late_half or ""
            hours = int(hour or 0)
            if half in {"下午", "晚上", "PM"} and hours < 12:
                hours += 12
            elif half in {"上午", "AM"} and hours == 12:
                hours = 0
            clock = dt.time(hours, int(minute or 0), int(second or 0), tzinfo=_zone(offset) if offset else zone)
            return dt.datetime.combine(dt.date(int(year), int(month), int(day)), clock)
        if found := _COMPACT.fullmatch(clean):
            whole = [int(part or 0) for part in found.groups()]
            return dt.datetime(whole[0], whole[1], whole[2], whole[3], whole[4], whole[5], tzinfo=zone)
        if found := _SERIAL.fullmatch(clean):
            day_of = date_of_serial(found[1])
            seconds = round(float(f"0.{found[2]}") * 86_400)
            if day_of is not None:
                return dt.datetime.combine(day_of, dt.time(), zone) + dt.timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    return None


def _zone(offset: str) -> dt.timezone:
    if offset == "Z":
        return dt.UTC
    sign = -1 if offset[0] == "-" else 1
    return dt.timezone(sign * dt.timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))


class Reader:
    """Reads rows against one clock."""

    def __init__(self, zone: ZoneInfo, now: dt.datetime) -> None:
        self._zone = zone
        self._latest = now + AHEAD
        self._moments: dict[str, dt.datetime | None] = {}

    def read(self, line: int, cells: Mapping[str, str]) -> Row:
        """Read a row from its cells by field (hotline/exchange/columns.py)."""
        row = Row(line)
        get = cells.get
        self._number(row, words(get("platform_no", "")))
        row.title = words(get("title", ""))
        row.name, row.phone, row.channel = (words(get(key, "")) for key in ("name", "phone", "channel"))
        row.address = words(get("address", ""))
        self._text(row, cells)
        row.kind = self._word(row, KINDS, get("kind", ""), "kind_unknown")
        row.urgency = self._word(row, URGENCIES, get("urgency", ""), "urgency_unknown", is_grave=False)
        row.state = self._word(row, STATES, get("state", ""), "state_unknown", is_grave=False)
        row.is_secret = self._flag(row, get("is_secret", ""), "secret_unknown")
        row.needs_reply = self._flag(row, get("needs_reply", ""), "")
        row.reply = passage(get("reply", ""))
        row.received_at = self._moment(row, get("received_at", ""), "received_broken")
        row.deadline = self._moment(row, get("deadline", ""), "deadline_broken", is_past=False)
        row.state_at = self._moment(row, get("state_at", ""), "state_time_broken")
        row.answered_at = self._moment(row, get("answered_at", ""), "answered_broken")
        row.lng, row.lat = self._position(row, get("lng", ""), get("lat", ""))
        levels = [words(get(f"category{level}", "")) for level in range(1, 6)]
        row.categories = tuple(filter(None, levels)) or tuple(filter(None, _SPLIT.split(words(get("category", "")))))
        return row

    def _number(self, row: Row, number: str) -> None:
        row.platform_no = number[:LONGEST_NUMBER]
        if not number:
            row.problems.append("number_missing")
        elif len(number) > LONGEST_NUMBER:
            row.problems.append("number_long")
        elif _LOST.fullmatch(number):
            row.problems.append("number_lost")

    def _text(self, row: Row, cells: Mapping[str, str]) -> None:
        """Put together what is asked; what stands in columns that we have no place for goes below it."""
        parts = [passage(cells.get("text", ""))]
        if len(row.title) > LONGEST_LINE:
            parts.insert(0, row.title)
            row.title = row.title[:LONGEST_LINE]
            row.remarks.append("title_cut")
        if len(row.address) > LONGEST_LINE:
            parts.append(f"【地址】{row.address}")
            row.address = row.address[:LONGEST_LINE]
            row.remarks.append("address_cut")
        parts += [f"【转办意见】{said}" for said in [passage(cells.get("opinion", ""))] if said]
        parts += [f"【备注】{said}" for said in [passage(cells.get("remarks", ""))] if said]
        row.text = "\n".join(filter(None, parts))
        if len(row.text) > LONGEST_TEXT:
            row.problems.append("text_long")

    def _word(self, row: Row, known: Mapping[str, str], said: str, code: str, *, is_grave: bool = True) -> str:
        if not said:
            return ""
        found = known.get(key_of(said))
        if found is None:
            (row.problems if is_grave else row.remarks).append(code)
            return ""
        return str(found)

    def _flag(self, row: Row, said: str, code: str) -> bool | None:
        word = key_of(said) if said else ""
        if not word:
            return None
        if word in _YES or word in _NO:
            return word in _YES
        if code:
            row.remarks.append(code)
            return True  # who asked for something about secrecy is kept secret until somebody looks
        return None

    def _moment(self, row: Row, said: str, code: str, *, is_past: bool = True) -> dt.datetime | None:
        if not said:
            return None
        if said not in self._moments:
            if len(self._moments) > 50_000:
                self._moments.clear()
            self._moments[said] = moment(said, self._zone)
        found = self._moments[said]
        if found is None or found < EARLIEST:
            row.problems.append(code)
            return None
        if is_past and found > self._latest:
            row.problems.append("time_ahead")
            return None
        return found

    def _position(self, row: Row, lng: str, lat: str) -> tuple[Decimal | None, Decimal | None]:
        if not lng and not lat:
            return None, None
        try:
            east, north = round(Decimal(lng), 6), round(Decimal(lat), 6)
        except InvalidOperation:
            row.remarks.append("position_broken")
            return None, None
        if not (east.is_finite() and north.is_finite() and abs(east) <= 180 and abs(north) <= 90):
            row.remarks.append("position_broken")
            return None, None
        return east, north
