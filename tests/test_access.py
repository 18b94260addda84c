"""Who may ask what: each address of tests/routes.py is asked by strangers, by the powerless and by those who may."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from accounts import tokens
from accounts.models import User
from grids.roles import Permission, Role
from tests.addresses import names
from tests.factories import make_post, make_user
from tests.frames import kept
from tests.route import OBJECT_RULE, PUBLIC, SIGNED_IN, Route
from tests.routes import ROUTES
from tests.world import FOR_A_PERMISSION, make_world, signed_in

pytestmark = pytest.mark.django_db
READ = [name for name, route in ROUTES.items() if "GET" in route.methods.split()]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SIGN_IN = "/accounts/sign-in/"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Make the world once: each test undoes what it did in it, and it goes when the last is done."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")), kept(django_db_blocker, make_world) as world:
        yield world


@pytest.fixture(autouse=True)
def _asked_as_often_as_one_likes(world, db):
    cache.clear()


def ask(name: str, method: str, world: SimpleNamespace, user: User | None = None):
    """Ask one address as this person does: pages with a session, the API with a token."""
    route = ROUTES[name]
    address = reverse(name, kwargs={key: take(world) for key, take in route.at.items()})
    query = {key: value(world) if callable(value) else value for key, value in route.query.items()}
    if query:
        address += f"?{urlencode(query)}"
    client, headers = Client(), {}
    if user is not None and name.startswith("api:"):
        headers["Authorization"] = f"Token {world.tokens[user.pk]}"
    elif user is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[user.pk]
    return getattr(client, method.lower())(address, **{"data": query} if method == "POST" else {}, headers=headers)


def opened(name: str, world: SimpleNamespace) -> SimpleNamespace:
    """Return what whoever may do everything is answered: asked once, looked at by several tests."""
    if name not in world.opened:
        answer = ask(name, "GET", world, world.all_roles)
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        world.opened[name] = SimpleNamespace(status=answer.status_code, headers=answer.headers, told=told)
    return world.opened[name]


def those(**wanted: object) -> list[str]:
    return [name for name, route in ROUTES.items() if all(getattr(route, k) == v for k, v in wanted.items())]


def asked(routes: list[str]) -> list[tuple[str, str]]:
    return [(name, method) for name in routes for method in ROUTES[name].methods.split()]


def test_every_address_stands_in_the_table():
    found = set(names())
    assert sorted(found - set(ROUTES)) == [], "say in tests/routes.py who may ask these"
    assert sorted(set(ROUTES) - found) == [], "these are gone"


def test_what_it_needs_is_a_known_word():
    assert {route.needs for route in ROUTES.values()} <= {PUBLIC, SIGNED_IN, OBJECT_RULE, *Permission}


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.needs != PUBLIC])
def test_it_asks_to_sign_in_first(world, name):
    answers = {method: ask(name, method, world) for method in ROUTES[name].methods.split()}
    wanted = (401, "") if name.startswith("api:") else (302, SIGN_IN)
    got = {method: (a.status_code, a.get("Location", "").partition("?")[0]) for method, a in answers.items()}
    assert got == dict.fromkeys(answers, wanted)


@pytest.mark.parametrize(("name", "method"), asked(those(needs=PUBLIC)))
def test_what_is_public_asks_for_no_sign_in(world, name, method):
    answer = ask(name, method, world)
    if (name, method) == ("api:token", "DELETE"):
        assert answer.status_code == 401
        return
    assert answer.status_code in {200, 204, 302, 400, 404, 503, *ROUTES[name].answers}
    assert name == "accounts:sign-in" or not answer.get("Location", "").startswith(SIGN_IN)


@pytest.mark.parametrize("name", ROUTES)
def test_other_methods_are_refused(world, name):
    other = [method for method in METHODS if method not in ROUTES[name].methods.split()]
    got = {method: ask(name, method, world, world.all_roles).status_code for method in other}
    assert got == dict.fromkeys(other, 405)


@pytest.mark.parametrize("name", [name for name in ROUTES if name not in READ and not name.startswith("api:")])
def test_a_browser_that_opens_what_only_takes_forms_comes_to_a_page(world, name):
    address = reverse(name, kwargs={key: take(world) for key, take in ROUTES[name].at.items()})
    client = Client(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[world.all_roles.pk]
    answer = client.get(address, follow=True)
    is_picture = name == "accounts:user-photo-change"  # what stands above it, and this person has none
    assert answer.status_code == (404 if is_picture else 200), answer.redirect_chain
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("name", "method"), asked(those(is_hidden=True)))
def test_what_one_may_not_see_is_not_there(world, name, method):
    answer = ask(name, method, world, world.stranger)
    assert answer.status_code == 404
    if name.startswith("api:"):
        assert answer.json() == {"detail": "此处没有您可查看的内容。"}
    refusals = {403, 404} if ROUTES[name].needs in list(Permission) else {404}
    assert ask(name, method, world, world.nobody).status_code in refusals


@pytest.mark.parametrize(("name", "method"), asked(FOR_A_PERMISSION))
def test_without_the_permission_it_is_forbidden(world, name, method):
    powerless = world.powerless[ROUTES[name].needs]
    assert ask(name, method, world, powerless).status_code == 403


@pytest.mark.parametrize("name", READ)
def test_who_may_gets_an_answer(world, name):
    assert opened(name, world).status in ROUTES[name].answers


@pytest.mark.parametrize("name", [name for name in READ if not ROUTES[name].is_hidden])
def test_no_list_and_no_picker_names_what_one_may_not_see(world, name):
    if ROUTES[name].needs == PUBLIC:
        return
    answer = ask(name, "GET", world, world.stranger)
    told = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="ignore")
    hidden = [
        world.order.number,
        "SecretHoleInTheRoad",
        "SecretWhistle",
        "SecretGate",
        "SecretTask",
        "SECRETCORNER",
        "SecretStudy",
        "SecretDemand",
        "SecretHouse",
        "SecretHall",
        "SecretNote",
        "SecretShop",
        world.supervision.number,
        "SecretHome",
        "SecretNeighbour",
        "SecretGuest",
        "SecretShop",
        "SecretWord",
        "SecretReport",
        "SecretScheme",
        "SecretPlan",
        "SecretReason",
        "SecretDeed",
        "SecretObjection",
        world.line.base.name,
        world.line.dept.name,
    ]
    hidden += [world.line.worker.username, world.all_roles.username, f'"{world.line.worker.display_name}"']
    assert [words for words in hidden if words in told] == []


@pytest.mark.parametrize("name", READ)
def test_what_a_page_shows_stays_with_its_reader(world, name):
    """No resident's contact unasked, no name or number of theirs in full, nothing left in shared caches."""
    page = opened(name, world)
    if ROUTES[name].needs != PUBLIC:
        kept = page.headers["Cache-Control"]
        assert "no-store" in kept or "private" in kept
    assert (b"SecretResident" in page.told) == (name == "api:work-order-contact")
    told = page.told.decode(errors="ignore")
    person = world.resident
    private = [
        person.name,
        person.identity_number,
        person.phone,
        f"{person.born_on:%Y%m%d}",
        f"{person.born_on:%Y-%m-%d}",
    ]
    assert [words for words in private if words in told] == []


def test_the_table_is_read_by_its_users():
    """Guard the guard: an address without its sign-in, or a hidden one that opens, would be found."""
    assert Route().needs == SIGNED_IN
    assert len(those(is_hidden=True)) > 25


def test_an_executive_opens_no_order_no_person_and_no_list_of_them(world):
    """Sums of the area and its tree: whatever else has an object of the district is not there for an executive."""
    boss = make_user()
    make_post(boss, Role.EXECUTIVE, world.line.district)
    world.sessions[boss.pk], world.tokens[boss.pk] = signed_in(boss), tokens.issue(boss).key
    secrets = (world.order.number, "Secret", world.resident.name, world.supervision.number)
    told, open_to_him = [], []
    for name in READ:
        if ROUTES[name].needs == PUBLIC:
            continue
        answer = ask(name, "GET", world, boss)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="ignore")
        told += [(name, words) for words in secrets if words in text]
        if ROUTES[name].is_hidden and answer.status_code == 200:
            open_to_him.append(name)
    assert told == []
    allowed = ("grid", "insights", "public:poster")
    strange = [name for name in open_to_him if not name.removeprefix("api:").startswith(allowed)]
    assert strange == []
    assert {"insights:node", "insights:cockpit"} <= set(open_to_him)
    assert ask("insights:behind", "GET", world, boss).status_code == 403
