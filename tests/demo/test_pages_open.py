"""Every page that a demo account can click its way to opens on the demo's data, whatever is missing in a row there."""

import re
from collections import Counter, deque
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import User
from demo import accounts

pytestmark = pytest.mark.django_db
EACH_ROUTE = 1
"""So many pages of each kind are opened by each account."""
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')


@cache
def route_of(path: str) -> str | None:
    """Return the name of the page at this path: each of thirteen accounts meets most of them again."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


@pytest.mark.parametrize("username", [account.username for account in accounts.CAST])
def test_every_page_in_reach_opens(demo: object, username: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=username))
    waiting, seen, opened = deque(["/"]), {"/"}, Counter[str]()
    broken = []
    while waiting:
        address = waiting.popleft()
        route = route_of(urlsplit(address).path)
        if route is None:  # static and media files
            continue
        opened[route] += 1
        if opened[route] > EACH_ROUTE or route == "healthz":  # no worker runs in a test
            continue
        answer = client.get(address)
        if answer.status_code not in {200, 302}:
            broken.append((address, answer.status_code))
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"] and not answer.streaming:
            links = {link.replace("&amp;", "&") for link in _LINK.findall(answer.content.decode())}
            waiting.extend(sorted(links - seen))
            seen |= links
    assert not broken
    assert len(opened) > 5
