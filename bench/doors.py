"""Receivers of events, in a process of their own that knows nothing of the product."""

import http.server
import json
import socket
import threading
from multiprocessing.connection import Connection
from typing import Any


def stand(pipe: "Connection[Any, Any]", live: int) -> None:
    """Send the ports of `live` doors that take everything, of one that hangs and of one that refuses.

    Then on each word received send how many events each live one got since, negative where one came twice.
    """
    seen: list[set[int]] = [set() for _ in range(live)]
    counts = [0] * live

    class Door(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            number = self.server.number  # type: ignore[attr-defined]
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen[number].add(content["id"])
            counts[number] += 1
            self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    ports = {}
    for number in range(live):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        server.number = number  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports[f"live {number}"] = server.server_port
    hanging = socket.create_server(("127.0.0.1", 0), backlog=1000)
    ports["hangs"] = hanging.getsockname()[1]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        ports["refuses"] = nobody.getsockname()[1]
    pipe.send(ports)
    while True:
        pipe.recv()
        pipe.send([count if len(ids) == count else -count for count, ids in zip(counts, seen, strict=True)])
        for number in range(live):
            counts[number], seen[number] = 0, set()
