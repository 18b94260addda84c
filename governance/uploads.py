"""Files on their way in: they wait on disk, and when the disk is full the sender is told so."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import TemporaryFileUploadHandler

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class NoRoom(BadRequest):
    """The disk where uploads wait is full; nothing of the request was taken. A page says so, with 507."""


class TooLarge(BadRequest):
    """The request with its files is larger than any form takes; none of it was read. A page says so, with 413."""


class RoomMindingUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads to temporary files as Django does; raises NoRoom where the disk has none left.

    Raises TooLarge by the length that the browser says, before the first byte is written.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803 - Django's
        is_public = self.request is not None and self.request.path.startswith(settings.PUBLIC_UPLOAD_PATHS)
        if content_length > (settings.PUBLIC_UPLOAD_MAX_BYTES if is_public else settings.UPLOAD_MAX_BYTES):
            raise TooLarge

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with _minding():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        with _minding():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        with _minding():
            self.file.flush()
            return super().file_complete(file_size)


@contextmanager
def _minding() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoom from error
