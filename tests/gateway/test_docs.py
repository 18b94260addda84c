"""What docs/webhooks.md tells the people of other systems is so: its code is run, its table of fields compared."""

import json
import re
from pathlib import Path

import pytest

from gateway import draining, payloads, signing
from tests.gateway.conftest import make_moves, make_receiver
from workorders.models import Event

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "webhooks.md").read_text(encoding="utf-8")


def their_check():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict = {}
    exec(code, names)  # noqa: S102 - our own page
    return names["is_from_wangge"]


@pytest.mark.django_db(transaction=True)
def test_the_code_of_the_page_verifies_what_is_sent(line, door):
    make_receiver(line, door.url)
    make_moves(line)
    draining.run()
    check = their_check()
    headers, body, moment = door.taken[0]
    assert check(headers[signing.HEADER], body, "s3cret")
    assert not check(headers[signing.HEADER], body + b" ", "s3cret")
    assert not check(headers[signing.HEADER], body, "guessed")
    old = signing.signature(["s3cret"], int(moment) - 301, body)
    assert not check(old, body, "s3cret")
    both = signing.signature(["newest", "s3cret"], int(moment), body)
    assert check(both, body, "s3cret")
    assert check(both, body, "newest")


@pytest.mark.django_db
def test_the_example_has_the_fields_that_are_sent(line):
    make_moves(line)
    example = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
    assert list(example) == list(payloads.payload(Event.objects.earliest("id")))
