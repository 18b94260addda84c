"""One HTTP request out: to a checked address, within a time in all, following nothing, believing nothing."""

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils import timezone

from gateway import addresses
from gateway.states import Failure

MOST_READ = 64 * 1024
"""Of an answer's body, which only a link that `keeps_body` hands on; a longer one ends the connection."""
KEPT = "/?%:@!$&'()*+,;=-._~[]"
"""What stays as it is in an address's path and query; anything else is written in per cent."""


@dataclass(frozen=True)
class Answer:
    """What came of a request. `retry_after` is the pause that the receiver asked for, in seconds."""

    seconds: float
    status: int | None = None
    failure: Failure | None = None
    retry_after: float | None = None
    body: bytes = field(default=b"", repr=False)


class _Wire:
    """A socket that `http.client` can use, each operation of which counts against one deadline: a receiver that
    sends a byte a second holds us no longer than one that is silent."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain
        self.deadline = 0.0

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def sendall(self, data: Any) -> None:
        self.socket.settimeout(self.left())
        self.socket.sendall(data)

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        self.socket.close()


class _Reader(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        self.wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.wire.socket.settimeout(self.wire.left())
        return self.wire.socket.recv_into(buffer)


class Link:
    """A connection to one receiver, kept open between its deliveries. Not for two threads at once."""

    def __init__(self, url: str, seconds: float | None = None, *, keeps_body: bool = False) -> None:
        parts = urlsplit(url)
        self.host, self.is_tls = _ascii(parts.hostname or ""), parts.scheme == "https"
        self.port = parts.port or (443 if self.is_tls else 80)
        shown = f"[{self.host}]" if ":" in self.host else self.host
        self.name = f"{shown}:{parts.port}" if parts.port else shown
        self.target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=KEPT)
        self.seconds = settings.WEBHOOK_TIMEOUT_S if seconds is None else seconds
        self.keeps_body = keeps_body
        self._open: http.client.HTTPConnection | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send the body; never raises for what the receiver or the network does."""
        return self._ask("POST", body, headers)

    def get(self, headers: Mapping[str, str]) -> Answer:
        """Ask without a body; never raises for what the receiver or the network does."""
        return self._ask("GET", None, headers)

    def _ask(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        began = time.monotonic()
        was_open = self._open is not None
        answer = self._try(method, body, headers, began)
        if was_open and answer.failure in {Failure.CONNECTION, Failure.BROKEN} and answer.status is None:
            # The receiver closed the connection while it lay idle: that is no failure.
            answer = self._try(method, body, headers, began)
        return answer

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _try(self, method: str, body: bytes | None, headers: Mapping[str, str], began: float) -> Answer:
        failure = None
        try:
            return self._exchange(method, body, headers, began)
        except addresses.Blocked:
            failure = Failure.BLOCKED
        except addresses.UnknownName:
            failure = Failure.NAME
        except TimeoutError:
            failure = Failure.TIMEOUT
        except ssl.SSLError:
            failure = Failure.TLS
        except http.client.RemoteDisconnected:
            failure = Failure.CONNECTION
        except (http.client.HTTPException, ValueError):
            failure = Failure.BROKEN
        except OSError:
            failure = Failure.CONNECTION
        self.close()
        return Answer(time.monotonic() - began, failure=failure)

    def _exchange(self, method: str, body: bytes | None, headers: Mapping[str, str], began: float) -> Answer:
        connection = self._connected(began + self.seconds)
        connection.request(method, self.target, body, {"Host": self.name, "User-Agent": "Wangge", **headers})
        response = connection.getresponse()
        said = b""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            # The status is the answer; a body that does not come changes nothing.
            said = response.read(MOST_READ)
        if not response.isclosed() or response.will_close:
            self.close()
        seconds = time.monotonic() - began
        failure = _failure(response.status)
        pause = _pause(response.headers.get("Retry-After", "")) if response.status in {429, 503} else None
        return Answer(seconds, response.status, failure, pause, said if self.keeps_body else b"")

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        if self._open is None:
            wire = self._dial(deadline)
            self._open, self._wire = http.client.HTTPConnection(self.host, self.port), wire
            self._open.auto_open = 0  # it must never connect by itself, past the check
            self._open.sock = cast("socket.socket", wire)  # it does what is asked of one here
        self._wire.deadline = deadline
        return self._open

    def _dial(self, deadline: float) -> _Wire:
        """Connect to the first of the checked addresses that answers."""
        failed: OSError | None = None
        for address in addresses.resolve(self.host, self.port):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                plain = socket.create_connection((address, self.port), timeout=left)
            except OSError as error:
                failed = error
                continue
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                if self.is_tls:
                    plain.settimeout(max(0.01, deadline - time.monotonic()))
                    plain = _tls(settings.WEBHOOK_CA_FILE).wrap_socket(plain, server_hostname=self.host)
            except BaseException:
                plain.close()
                raise
            return _Wire(plain)
        raise failed or addresses.UnknownName


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""  # no name service knows it


@lru_cache(maxsize=4)
def _tls(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


def _failure(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    if status == 410:
        return Failure.GONE
    return Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS


def _pause(text: str) -> float | None:
    """Read Retry-After: seconds, or a moment."""
    if text.isascii() and text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return None
