"""Drawn pictures for the demo: a street, and on it what is wrong, or no longer. No people, no real place."""

import io
import random
from functools import cache
from hashlib import sha256

from PIL import Image, ImageDraw

from workorders.models import PhotoKind
from workorders.photos import CleanPhoto

SIZE = (960, 720)
THUMBNAIL = (320, 240)
PICTURES = 6
"""Different pictures of each kind."""

_SKIES = ((186, 214, 235), (205, 220, 228), (170, 200, 226), (225, 214, 200), (196, 208, 214), (214, 226, 232))
_WALLS = ((214, 190, 160), (188, 178, 170), (200, 170, 150), (176, 188, 196), (222, 208, 186), (170, 164, 158))


@cache
def picture(kind: PhotoKind, number: int) -> CleanPhoto:
    """Draw one picture of a kind; the same number gives the same picture."""
    number %= PICTURES
    rng = random.Random(number * 2 + (kind == PhotoKind.AFTER))
    image = Image.new("RGB", SIZE, _SKIES[number])
    draw = ImageDraw.Draw(image)
    _street(draw, number, random.Random(number))
    if kind == PhotoKind.BEFORE:
        _litter(draw, rng)
    else:
        _broom_marks(draw, rng)
    small = image.copy()
    small.thumbnail(THUMBNAIL)
    data = _jpeg(image)
    return CleanPhoto(data, _jpeg(small), *image.size, sha256(data).hexdigest())


def _street(draw: ImageDraw.ImageDraw, number: int, rng: random.Random) -> None:
    width, height = SIZE
    left = 0
    while left < width:
        across, top = rng.randrange(150, 260), rng.randrange(120, 260)
        draw.rectangle((left, top, left + across - 8, 430), fill=_WALLS[(number + left) % len(_WALLS)])
        for x in range(left + 20, left + across - 45, 55):
            for y in range(top + 25, 380, 65):
                draw.rectangle((x, y, x + 30, y + 38), fill=(96, 118, 134))
        left += across
    draw.rectangle((0, 430, width, 500), fill=(188, 184, 176))
    draw.rectangle((0, 500, width, height), fill=(112, 114, 118))
    for x in range(-40, width, 160):
        draw.polygon(((x, 612), (x + 90, 612), (x + 80, 626), (x - 12, 626)), fill=(232, 230, 220))
    for x in (rng.randrange(60, 300), rng.randrange(620, 880)):
        draw.rectangle((x, 300, x + 14, 440), fill=(110, 84, 60))
        draw.ellipse((x - 55, 190, x + 69, 330), fill=(86, 134, 84))


def _litter(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Bags, boxes and rubble on the pavement, and a hole in the road."""
    for _ in range(26):
        x, y, size = rng.randrange(250, 640), rng.randrange(450, 560), rng.randrange(18, 60)
        colour = rng.choice(((54, 58, 66), (140, 96, 56), (206, 202, 196), (70, 104, 150), (166, 60, 52)))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + size, y + int(size * 0.8)), fill=colour, outline=(40, 40, 40))
    draw.ellipse((660, 560, 830, 630), fill=(48, 46, 46), outline=(206, 66, 50), width=6)


def _broom_marks(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """The same place swept, the hole covered."""
    for _ in range(14):
        x, y = rng.randrange(260, 640), rng.randrange(455, 560)
        draw.arc((x, y, x + 90, y + 30), 190, 330, fill=(164, 162, 158), width=3)
    draw.ellipse((660, 560, 830, 630), fill=(92, 94, 98), outline=(70, 72, 76), width=6)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
