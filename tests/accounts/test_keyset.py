"""Where a page of a long list begins: what an address says of it is believed only where a column could hold it."""

import base64
import json

import pytest
from django.test import RequestFactory

from accounts import keyset
from facilities.models import Facility

FIELDS = ("code", "id")


def starts(text: str):
    """Return where the page begins that this place asks for."""
    token = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return [keyset.cut(RequestFactory().get("/", {way: token}), Facility, FIELDS).start for way in ("after", "before")]


def test_a_place_is_read_as_it_was_written():
    assert starts(json.dumps(["3708110101000001", 7])) == [("3708110101000001", 7)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        json.dumps(["a\0b", 7]),
        json.dumps(["\ud800", 7]),
        json.dumps(["a", 2**63]),
        json.dumps(["a"]),
        json.dumps({"code": "a", "id": 7}),
        json.dumps([None, 7]),
        "not json",
        "\ud800",
    ],
    ids=range(9),
)
def test_a_place_that_no_row_can_have_is_the_beginning(text):
    assert starts(text) == [None, None]
