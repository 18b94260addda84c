"""Real HTTP servers as providers would stand them up: an SMS gateway that sends once for each id, and WeCom."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(said)

    def do_GET(self) -> None:
        self._answer({})

    def _answer(self, said: dict[str, Any]) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, answer = self.server.reply(parts.path, asked, dict(self.headers.items()), said)
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    reply: Callable[[str, dict[str, str], dict[str, str], dict[str, Any]], Reply]

    def handle_error(self, *_args: object) -> None:
        pass


class Gateway:
    """A server that answers what `faults` say, one by one, and then does its work."""

    def __init__(self, port: int = 0) -> None:
        self.faults: list[Reply | float] = []
        self.headers: list[dict[str, str]] = []
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.reply = self._reply
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _reply(self, path: str, asked: dict[str, str], headers: dict[str, str], said: dict[str, Any]) -> Reply:
        self.headers.append(headers)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, tuple):
                return fault
            self.work(path, asked, said)
            time.sleep(fault)
        return self.work(path, asked, said)

    def work(self, path: str, asked: dict[str, str], said: dict[str, Any]) -> Reply:
        raise NotImplementedError


class SmsGateway(Gateway):
    def __init__(self, port: int = 0) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.tries = 0
        super().__init__(port)

    def work(self, path: str, asked: dict[str, str], said: dict[str, Any]) -> Reply:
        self.tries += 1
        self.sent.setdefault(said["id"], said)
        return 200, {"code": 0, "message_id": f"m-{list(self.sent).index(said['id']) + 1}"}


class WeComDouble(Gateway):
    def __init__(self, members: tuple[str, ...] = ("zhang",)) -> None:
        self.members, self.sent, self.tokens = members, [], 0
        super().__init__()

    def work(self, path: str, asked: dict[str, str], said: dict[str, Any]) -> Reply:
        if path == "/cgi-bin/gettoken":
            if (asked["corpid"], asked["corpsecret"]) != ("corp", "secret"):
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens += 1
            return 200, {"errcode": 0, "access_token": f"t{self.tokens}", "expires_in": 7200}
        if asked["access_token"] != f"t{self.tokens}":
            return 200, {"errcode": 42001, "errmsg": "access_token expired"}
        if said["touser"] not in self.members:
            return 200, {"errcode": 0, "invaliduser": said["touser"], "msgid": ""}
        self.sent.append(said)
        return 200, {"errcode": 0, "msgid": f"w-{len(self.sent)}"}
