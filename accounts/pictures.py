"""Pictures that people send: incident photos and portraits. What arrives from a phone, checked; what is kept, clean."""

import datetime as dt
import errno
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import decoding

LONG_SIDE = 2048
THUMB_SIDE = 320
DECODE_SECONDS = 60
_one_at_a_time = threading.Lock()
"""In each process: threads that decode together are no faster, and need the memory all at once."""
TROUBLES = {
    "empty": gettext_lazy("“%(name)s” is empty."),
    "too_large": gettext_lazy("“%(name)s” is larger than %(limit)s MB; take the photo in a smaller size."),
    "too_many_pixels": gettext_lazy("“%(name)s” has too many pixels; take the photo in a smaller size."),
    "not_a_photo": gettext_lazy("“%(name)s” is not a photo. Photos are JPEG, PNG, WebP or HEIC."),
    "animated": gettext_lazy("“%(name)s” is a moving picture; send a still photo."),
    "cut_off": gettext_lazy("“%(name)s” arrived incomplete; choose it and send it again."),
    "broken": gettext_lazy("“%(name)s” is damaged and cannot be opened."),
    "carries_another_file": gettext_lazy("“%(name)s” carries another file inside; send the photo alone."),
}


class NotStored(ValidationError):
    """The server could not keep a photo: its disk is full, or it may not write there. Nothing was kept."""


def why_not_stored(error: OSError) -> str:
    """Say in words for the sender why a photo could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The photo could not be kept: the server's disk is full. Nothing was saved. Tell the administrator.")
    return _("The photo could not be kept. Nothing was saved. Try again, and tell the administrator if it stays so.")


@dataclass(frozen=True)
class CleanPhoto:
    """A picture that was checked, turned upright, stripped of metadata and re-encoded as JPEG, ready to store."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str
    """Of `image`, the bytes that are stored, in hexadecimal."""
    taken_at: dt.datetime | None = None
    lng: Decimal | None = None
    lat: Decimal | None = None
    """Where the camera stood, in degrees, WGS-84; None where it did not say."""


def clean(upload: "File[Any]") -> CleanPhoto:
    """Check and re-encode one uploaded photo: JPEG, PNG, WebP or HEIC by its content, whatever its name says.

    Raises ValidationError naming the file and its trouble.
    """
    try:
        return _checked(upload)
    except decoding.Trouble as trouble:
        code = str(trouble)
        facts = {"name": shown_name(upload.name), "limit": settings.PHOTO_MAX_BYTES // 1024**2}
        raise ValidationError(TROUBLES[code], code=code, params=facts) from None


def clean_all(uploads: "Sequence[File[Any]]") -> list[CleanPhoto]:
    """Clean the photos of one form, all of them, so that every trouble is told at once.

    Raises ValidationError, also when there are more than PHOTO_MAX_COUNT.
    """
    if len(uploads) > settings.PHOTO_MAX_COUNT:
        message = _("Send at most %(count)s photos at once.") % {"count": settings.PHOTO_MAX_COUNT}
        raise ValidationError(message, code="too_many")
    cleaned, troubles = [], []
    for upload in uploads:
        try:
            cleaned.append(clean(upload))
        except ValidationError as trouble:
            troubles.append(trouble)
    if troubles:
        raise ValidationError(troubles)
    return cleaned


def shown_name(name: str | None) -> str:
    """Return a file's name fit for a sentence: no control or direction marks, at most 40 characters."""
    visible = "".join(c for c in name or "" if unicodedata.category(c)[0] != "C").strip()
    return (visible if len(visible) <= 40 else visible[:24] + "…" + visible[-12:]) or _("The photo")


def _checked(upload: "File[Any]") -> CleanPhoto:
    if not upload.size:
        raise decoding.Trouble("empty")
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise decoding.Trouble("too_large")
    with _one_at_a_time:
        upload.seek(0)
        data = upload.read()
        picture = _decoded(data)
    return CleanPhoto(
        image=picture.image,
        thumbnail=picture.thumbnail,
        width=picture.width,
        height=picture.height,
        sha256=sha256(picture.image).hexdigest(),
        taken_at=dt.datetime.fromisoformat(picture.taken_at) if picture.taken_at else None,
        lng=_degrees(picture.lng),
        lat=_degrees(picture.lat),
    )


def _decoded(data: bytes) -> decoding.Picture:
    if decoding.needs_own_process(data):
        return _decoded_apart(data)
    image, cost = decoding.examine(data, settings.PHOTO_MAX_PIXELS)
    return _decoded_apart(data) if cost > decoding.HEAVY_BYTES else decoding.render(image, LONG_SIDE, THUMB_SIDE)


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6f}")


def _decoded_apart(data: bytes) -> decoding.Picture:
    """Decode a heavy picture in a process of its own, which gives its memory back and cannot take the worker along."""
    command = [sys.executable, "-m", "accounts.decoding", str(LONG_SIDE), str(THUMB_SIDE)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the stranger's bytes are its input only
            [*command, str(settings.PHOTO_MAX_PIXELS)],
            input=data,
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=DECODE_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise decoding.Trouble("broken") from error
    return decoding.unpacked(done.stdout)
