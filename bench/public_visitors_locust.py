"""What one visitor does, for locust (bench/public_visitors.py): open, look up, report, and ask what became of it."""

import hashlib
import itertools
import json
import os
import random
import re
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, events, task

PHONE = "12012345678"
_people = itertools.count(1)
_numbers: list[str] = []
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|client_uuid|token)" value="([^"]+)"')


def solved(nonce: str, bits: int) -> str:
    """Return what the page's script finds."""
    for number in itertools.count():
        digest = hashlib.sha256(f"{nonce}:{number}".encode()).digest()
        if 256 - int.from_bytes(digest, "big").bit_length() >= bits:
            return str(number)
    raise AssertionError


class Visitor(FastHttpUser):
    """A resident at a phone: thinks between pages, each time from another address."""

    wait_time = between(5, 15)

    def on_start(self) -> None:
        self.headers: dict[str, str] = {}

    def arrive(self) -> None:
        number = next(_people)
        self.client.cookiejar.clear()
        self.headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}

    def get(self, path: str) -> str:
        return str(self.client.get(path, headers=self.headers).text)

    def post(self, path: str, data: dict[str, Any]) -> str:
        with self.client.post(path, data, headers=self.headers, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{path}: {answer.status_code}")
            return str(answer.text)

    @task(2)
    def look_up(self) -> None:
        self.arrive()
        self.get("/p/")
        fields = dict(_FIELD.findall(self.get("/p/who/")))
        self.wait()  # type: ignore[no-untyped-call]  # locust's
        lng, lat = random.uniform(116.4, 116.8), random.uniform(35.2, 35.6)
        self.post("/p/who/", {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "lng": lng, "lat": lat})

    @task(1)
    def report_and_track(self) -> None:
        self.arrive()
        told = self.get("/p/report/")
        fields: dict[str, Any] = dict(_FIELD.findall(told))
        bits, nonce = re.search(r'data-bits="(\d+)"', told), re.search(r'data-nonce="(\w+)"', told)
        assert bits is not None
        assert nonce is not None
        self.wait()  # type: ignore[no-untyped-call]  # locust's
        fields |= {"text": "小区门口的路灯不亮。", "phone": PHONE, "proof": solved(nonce[1], int(bits[1]))}
        fields |= {"lng": random.uniform(116.4, 116.8), "lat": random.uniform(35.2, 35.6)}
        sent = self.post("/p/report/", fields)
        shown = re.search(r'class="public-number">([^<]+)<', sent)
        assert shown, "no number is shown"
        _numbers.append(shown[1])
        self.wait()  # type: ignore[no-untyped-call]  # locust's
        for cookie in [cookie for cookie in self.client.cookiejar if cookie.name == "public_looked_up"]:
            self.client.cookiejar.clear(cookie.domain, cookie.path, cookie.name)
        token = dict(_FIELD.findall(self.get("/p/track/")))["csrfmiddlewaretoken"]
        self.post("/p/track/", {"csrfmiddlewaretoken": token, "number": shown[1], "tail": PHONE[-4:]})


@events.quitting.add_listener  # type: ignore[untyped-decorator]  # locust's
def _keep(**_: Any) -> None:
    Path(os.environ["BENCH_NUMBERS"]).write_text(json.dumps(_numbers))
