"""Error pages: plain words in both languages, a way back, and no database."""

import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from governance import errors
from tests.factories import make_line, make_user

HANDLERS = {
    400: lambda request: errors.bad_request(request, Exception("inner words")),
    403: lambda request: errors.forbidden(request, Exception("inner words")),
    404: lambda request: errors.not_found(request, Exception("inner words")),
    500: errors.broken,
}
WORDS = {
    400: ("This request could not be read", "请求无法识别"),
    403: ("You may not do this", "您无权进行此操作"),
    404: ("There is nothing here for you", "没有您可以查看的内容"),
    500: ("Something went wrong on our side", "系统出了问题"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("status", HANDLERS)
def test_each_error_says_it_plainly_without_the_database(status, language):
    # No django_db mark: a query here fails the test.
    with translation.override(None):
        request = RequestFactory().get("/anything/")
        request.COOKIES["django_language"] = language
        answer = HANDLERS[status](request)
    page = answer.content.decode()
    assert answer.status_code == status
    assert WORDS[status][language != "en"] in page
    assert 'href="/"' in page
    assert "inner words" not in page


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_to_the_signed_in(client):
    client.force_login(make_user("wang", language="en"))
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert WORDS[404][0] in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/no/such/page/", 404), ("/accounts/users/", 403)])
def test_who_is_signed_in_keeps_the_bottom_bar_where_nothing_is_found_or_allowed(client, path, status):
    assert 'class="bottombar"' not in client.get("/no/such/page/").content.decode()
    line = make_line("worker")
    client.force_login(line.worker)
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'class="bottombar"' in page
    for address in ("/work-orders/report/", "/work-orders/?tab=todo", "/accounts/profile/"):
        assert f'href="{address}"' in page


@pytest.mark.django_db
def test_who_is_refused_reads_the_reason_that_is_ours(client):
    line = make_line("admin", "chief")
    User.objects.update(language="en")
    client.force_login(line.admin)
    own = client.post(reverse("accounts:user-active", args=[line.admin.pk]))
    assert own.status_code == 403
    assert "You cannot close your own account." in own.content.decode()
    assert "Your posts do not allow it." not in own.content.decode()
    client.force_login(line.chief)
    without_words = client.get("/accounts/users/")
    assert "Your posts do not allow it." in without_words.content.decode()


@pytest.mark.django_db
def test_what_a_library_says_when_it_refuses_is_not_shown(client, settings):
    settings.DISALLOWED_USER_AGENTS = [re.compile("Crawler")]
    client.cookies["django_language"] = "en"
    answer = client.get("/accounts/sign-in/", headers={"user-agent": "Crawler"})
    assert answer.status_code == 403
    assert "Forbidden user agent" not in answer.content.decode()
    assert "Your posts do not allow it." in answer.content.decode()


@pytest.mark.django_db
def test_an_error_page_does_without_the_bar_when_the_database_is_gone(client, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError

    client.force_login(make_user("wang", language="en"))
    monkeypatch.setattr("governance.errors.Navigation", gone)
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert WORDS[404][0] in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_words(client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["django_language"] = "en"
    answer = strict.post("/accounts/sign-in/", {"username": "wang", "password": "x"})
    assert answer.status_code == 403
    assert "The form was open for too long" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_without_its_insides(client, monkeypatch):
    def broken(*args, **kwargs):
        message = "secret insides"
        raise RuntimeError(message)

    monkeypatch.setattr("accounts.keyset.page", broken)
    client.raise_request_exception = False
    client.force_login(make_user("wang", language="en"))
    answer = client.get("/accounts/notices/")
    assert answer.status_code == 500
    assert WORDS[500][0] in answer.content.decode()
    assert "secret insides" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/%00", "/accounts/users/99999999999999999999999/", "/?after=%FF%FE", "/a/../b"])
def test_odd_addresses_never_break_a_page(client, path):
    client.force_login(make_user("wang"))
    assert client.get(path).status_code < 500
