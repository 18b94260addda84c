"""What a camera wrote beside the picture: when, where, which way up (Exif 2.32, CIPA DC-008). No Django."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

ORIENTATION = 0x0112
_DATE_TIME, _EXIF, _GPS = 0x0132, 0x8769, 0x8825
_TAKEN, _OFFSET, _OFFSET_TAKEN = 0x9003, 0x9010, 0x9011
_LAT_REF, _LAT, _LNG_REF, _LNG = 1, 2, 3, 4
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
"""Cameras that name no offset are taken to show China's one time."""
_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Facts:
    orientation: int = 1
    taken_at: str = ""
    lng: float | None = None
    lat: float | None = None


def facts(tags: Image.Exif) -> Facts:
    """Read what is there and makes sense; the rest is left out. Position in degrees, WGS-84; time in ISO 8601."""
    try:
        inner, gps = tags.get_ifd(_EXIF), tags.get_ifd(_GPS)
    except Exception:  # Tags too broken to walk tell nothing; the picture itself may be sound.
        return Facts()
    orientation = tags.get(ORIENTATION)
    lng, lat = _position(gps)
    return Facts(
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1, _taken_at(tags, inner), lng, lat
    )


def _taken_at(tags: Mapping[int, Any], inner: Mapping[int, Any]) -> str:
    text, offset = inner.get(_TAKEN), inner.get(_OFFSET_TAKEN)
    if not text:
        text, offset = tags.get(_DATE_TIME), inner.get(_OFFSET)
    try:
        moment = dt.datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(offset))
        known = _EARLIEST <= moment <= dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat() if known else ""


def _zone(offset: Any) -> dt.tzinfo:
    try:
        return dt.datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo or SHANGHAI
    except ValueError:
        return SHANGHAI


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    lat = _degrees(gps.get(_LAT), gps.get(_LAT_REF), 90)
    lng = _degrees(gps.get(_LNG), gps.get(_LNG_REF), 180)
    if lat is None or lng is None or (lat == 0 and lng == 0):  # 0°, 0° is a receiver without a fix.
        return None, None
    return lng, lat


def _degrees(parts: Any, side: Any, limit: int) -> float | None:
    """Add up degrees, minutes and seconds; south and west are negative."""
    if not isinstance(parts, Sequence) or len(parts) != 3:
        return None
    try:
        value: float = sum(float(part) / 60.0**place for place, part in enumerate(parts))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    mark = (side.decode("ascii", "ignore") if isinstance(side, bytes) else str(side)).strip("\0 ").upper()
    return round(-value if mark in ("S", "W") else value, 6)
