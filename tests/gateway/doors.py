"""Real HTTP servers in threads, as other systems would stand them up, with a check of the signature of their own."""

import base64
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

Reply = int | tuple[int, dict[str, str]] | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        door = self.server.door
        with door.lock:
            door.taken.append((dict(self.headers.items()), body, time.time()))
            reply = door.replies.pop(0) if door.replies else door.usual
        if callable(reply):
            reply(self)
            return
        status, headers = reply if isinstance(reply, tuple) else (reply, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    door: "Door"
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_args: object) -> None:
        pass


class Door:
    """A receiver that answers what it is told: `replies` one by one, then `usual`."""

    def __init__(self, usual: Reply = 200) -> None:
        self.usual, self.replies, self.taken = usual, [], []
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.door = self
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?of=wangge"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body, _ in self.taken]

    @property
    def ids(self) -> list[int]:
        return [content["id"] for content in self.told]


def is_signed(headers: dict[str, str], body: bytes, secret: str, tolerance_s: float = 300) -> bool:
    """Verify as somebody else would write it, from the description alone (docs/webhooks.md)."""
    parts = [part.split("=", 1) for part in headers["X-Wangge-Signature"].split(",")]
    moment = next(value for name, value in parts if name == "t")
    mac = HMAC(secret.encode(), hashes.SHA256())
    mac.update(moment.encode() + b"." + body)
    expected = base64.b16encode(mac.finalize()).decode().lower()
    return abs(time.time() - int(moment)) < tolerance_s and expected in [value for name, value in parts if name == "v1"]


def silent(handler: Handler) -> None:
    """Say nothing for long."""
    time.sleep(30)


def dripping(handler: Handler) -> None:
    """Say a letter now and then, so that no single wait is ever long."""
    for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300:
        handler.wfile.write(bytes([letter]))
        handler.wfile.flush()
        time.sleep(0.1)


def hanging_up(handler: Handler) -> None:
    """Break the connection off with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def babbling(handler: Handler) -> None:
    """Answer what is no HTTP."""
    handler.wfile.write(b"SSH-2.0-nobody\r\n")
    handler.close_connection = True


def closing(handler: Handler) -> None:
    """Answer well and close the connection without a word about it."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    handler.close_connection = True
