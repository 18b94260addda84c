"""Photos as phones make them, and files that only pretend."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from pillow_heif import register_heif_opener

register_heif_opener()


def picture(size: tuple[int, int] = (640, 480), color: Any = (200, 30, 30), mode: str = "RGB") -> Image.Image:
    """Make an image whose upper left corner is green, so that one sees which way up it is."""
    image = Image.new(mode, size, color)
    if mode == "RGB":
        image.paste((20, 160, 20), (0, 0, size[0] // 4, size[1] // 4))
    return image


def exif(
    *, orientation: int = 1, taken: str = "", offset: str = "", lng: float | None = None, lat: float = 0
) -> Image.Exif:
    """Write tags as a camera does; degrees, WGS-84."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "SecretPhoneMaker"
    if taken:
        tags.get_ifd(0x8769)[0x9003] = taken
    if offset:
        tags.get_ifd(0x8769)[0x9011] = offset
    if lng is not None:
        gps = tags.get_ifd(0x8825)
        gps[1], gps[3] = ("S" if lat < 0 else "N"), ("W" if lng < 0 else "E")
        gps[2], gps[4] = _sexagesimal(abs(lat)), _sexagesimal(abs(lng))
    return tags


def _sexagesimal(degrees: float) -> tuple[IFDRational, ...]:
    whole, minutes = int(degrees), int(degrees * 60 % 60)
    seconds = degrees * 3600 - whole * 3600 - minutes * 60
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(round(seconds * 10_000), 10_000)


def encoded(image: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, kind, **options)
    return out.getvalue()


def upload(data: bytes, name: str = "IMG_0001.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def photo(color: Any = (200, 30, 30), **options: Any) -> SimpleUploadedFile:
    """Return a small sound photo; another colour makes another photo."""
    return upload(encoded(picture((320, 240), color), **options))
