"""People at their screens: one browser, a context for each person, signed in through a session of their own."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from accounts.models import User

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 768, "height": 1024}
DESK = {"width": 1440, "height": 900}
EXPECTED = ("status of 4", "ERR_INTERNET_DISCONNECTED", "htmx:afterRequest", "htmx:sendAbort")
"""Refusals that a test provokes, the network that it takes away, and look-ups that further typing overtook: htmx says
`sendError` or `responseError` beside `afterRequest` where something failed."""
Opened = Callable[..., Page]


@pytest.fixture
def open_for(browser: Browser, live_server) -> Iterator[Opened]:
    """Return `open_for(user, PHONE, "/path/")`, which opens a page for somebody; errors on any page fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            complaints.append(message.text)

    def open_page(user: User | None, size: dict[str, int], path: str = "/", **options: object) -> Page:
        usual: dict[str, object] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(viewport=size, base_url=live_server.url, **usual | options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
