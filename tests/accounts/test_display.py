"""Language and text size: for the signed-in with the account, for visitors in a cookie."""

import pytest

from tests.factories import make_user

SIGN_IN = "/accounts/sign-in/"
pytestmark = pytest.mark.django_db


def choose(client, what, value, **more):
    field = what.replace("-", "_")
    return client.post(f"/accounts/{what}/", {field: value, **more})


def test_a_visitor_reads_chinese_whatever_the_browser_says_until_they_choose(client):
    page = client.get(SIGN_IN, headers={"Accept-Language": "en"})
    assert "登录" in page.content.decode()
    assert '<html lang="zh-Hans"' in page.content.decode()

    assert choose(client, "language", "en", next=SIGN_IN).url == SIGN_IN

    page = client.get(SIGN_IN)
    assert "Sign-in name" in page.content.decode()
    assert '<html lang="en"' in page.content.decode()
    assert page["Content-Language"] == "en"


def test_the_language_goes_with_the_account(client):
    user = make_user("wang")
    client.force_login(user)
    choose(client, "language", "en")
    user.refresh_from_db()
    assert user.language == "en"
    client.cookies.pop("django_language")
    assert "My profile" in client.get("/accounts/profile/").content.decode()


@pytest.mark.parametrize("size", ["standard", "large", "largest"])
def test_the_text_size_is_kept(client, size):
    user = make_user("wang")
    client.force_login(user)
    choose(client, "text-size", size)
    user.refresh_from_db()
    assert user.text_size == size
    assert f'class="text-{size}"' in client.get("/accounts/profile/").content.decode()


def test_a_visitor_has_a_text_size_too(client):
    choose(client, "text-size", "largest")
    assert 'class="text-largest"' in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize(("what", "value"), [("language", "fr"), ("language", ""), ("text-size", "giant")])
def test_what_is_not_offered_is_refused(client, what, value):
    assert choose(client, what, value).status_code == 400


def test_a_cookie_with_nonsense_in_it_changes_nothing(client):
    client.cookies["django_language"] = "xx"
    client.cookies["text_size"] = '"><script>'
    page = client.get(SIGN_IN).content.decode()
    assert '<html lang="zh-Hans" class="text-standard">' in page


def test_choosing_leads_back_to_the_page_but_never_off_the_site(client):
    assert choose(client, "language", "en", next="/accounts/profile/?x=1").url == "/accounts/profile/?x=1"
    assert choose(client, "language", "en", next="https://evil.example/").url == "/"


def test_choosing_on_a_refused_form_leads_to_the_page_that_the_form_is_of(client):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    client.force_login(make_user("wang"))
    chosen = {"language": "en", "next": "/accounts/notices/read-all/"}
    answer = client.post("/accounts/language/", chosen, headers=browser, follow=True)
    assert answer.redirect_chain == [("/accounts/notices/read-all/", 302), ("/accounts/notices/", 302)]
    assert answer.status_code == 200
