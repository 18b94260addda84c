"""Keep an uploaded file encrypted until its batch has ended, and give it out readable for as long as it is read.

Sealed in frames of a megabyte under a key of the ring's purpose "roster files", each with its number in it, so that
neither a frame nor the end can be exchanged or cut off. What lies readable is in the state directory, is deleted at
once, and swept by the nightly purge where a process died in between.
"""

import contextlib
import hashlib
import os
import secrets
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from accounts import ciphers

FRAME = 1024 * 1024
_LABEL = "roster files"
_HEAD = struct.Struct(">I")
LEFT_AFTER_S = 24 * 3600


class Spoilt(Exception):
    """The kept file does not open: its key is no longer on the ring, or it was tampered with."""


def _folder(name: str) -> Path:
    path: Path = settings.VAR_DIR / "rosters" / name
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _boxes() -> list[AESGCM]:
    return [
        AESGCM(ciphers.derived(key, ciphers.INTERNATIONAL, _LABEL))
        for key in ciphers.ring(settings.FIELD_KEYS).values()
    ]


def keep(content: IO[Any], max_bytes: int) -> tuple[str, str, int]:
    """Write an upload away encrypted; returns its name, the SHA-256 of its content and its size in bytes.

    Raises ValueError where it is longer than `max_bytes`; nothing is left then.
    """
    name, digest, size, box = secrets.token_hex(16), hashlib.sha256(), 0, _boxes()[0]
    path = _folder("kept") / name
    try:
        with path.open("wb") as out:
            number = 0
            frame = content.read(FRAME)
            while True:
                following = content.read(FRAME) if frame else b""
                size += len(frame)
                if size > max_bytes:
                    raise ValueError
                digest.update(frame)
                nonce = os.urandom(12)
                sealed = nonce + box.encrypt(nonce, frame, _mark(number, is_last=not following))
                out.write(_HEAD.pack(len(sealed)) + sealed)
                if not following:
                    break
                frame, number = following, number + 1
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.chmod(0o600)
    return name, digest.hexdigest(), size


@contextlib.contextmanager
def readable(name: str, suffix: str) -> Iterator[Path]:
    """Give out a kept file as a path, for as long as the block runs. Raises Spoilt, or FileNotFoundError."""
    path = _folder("read") / f"{secrets.token_hex(16)}{suffix}"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for frame in _frames(_folder("kept") / name):
                out.write(frame)
        yield path
    finally:
        path.unlink(missing_ok=True)


def delete(name: str) -> None:
    if name:
        (_folder("kept") / name).unlink(missing_ok=True)


def sweep() -> int:
    """Delete readable copies that a dead process left behind; returns how many."""
    old = [path for path in _folder("read").iterdir() if path.stat().st_mtime < time.time() - LEFT_AFTER_S]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _mark(number: int, *, is_last: bool) -> bytes:
    return f"{number}{'.' if is_last else ','}".encode()


def _frames(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        number, head = 0, file.read(_HEAD.size)
        while head:
            sealed = file.read(_HEAD.unpack(head)[0])
            head = file.read(_HEAD.size)
            yield _opened(sealed, _mark(number, is_last=not head))
            number += 1


def _opened(sealed: bytes, mark: bytes) -> bytes:
    for box in _boxes():
        with contextlib.suppress(InvalidTag, ValueError):
            return box.decrypt(sealed[:12], sealed[12:], mark)
    raise Spoilt
