"""Orders near a place: the condition that narrows a query by a box, and the distance that decides."""

import math
from decimal import Decimal

from django.db.models import Q

METRES_PER_DEGREE = 111_320.0
"""Of latitude; of longitude it shrinks with the cosine."""


def box(lng: float | Decimal, lat: float | Decimal, radius_m: float) -> Q:
    """Return the condition that an order's point lies in the square around a point; degrees in WGS-84, metres."""
    x, y = float(lng), float(lat)
    high = radius_m / METRES_PER_DEGREE
    wide = radius_m / (METRES_PER_DEGREE * max(0.01, math.cos(math.radians(y))))
    return Q(lat__range=(y - high, y + high), lng__range=(x - wide, x + wide))


def metres(one: tuple[Decimal, Decimal] | None, other: tuple[Decimal, Decimal] | None) -> int | None:
    """Return the distance of two (lng, lat) points, whole metres; None where one is unknown. For short distances."""
    if one is None or other is None:
        return None
    high = (float(one[1]) - float(other[1])) * METRES_PER_DEGREE
    middle = math.radians((float(one[1]) + float(other[1])) / 2)
    wide = (float(one[0]) - float(other[0])) * METRES_PER_DEGREE * math.cos(middle)
    return round(math.hypot(high, wide))
