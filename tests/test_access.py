"""Who may ask what: each address of tests/routes.py is asked by strangers, by the powerless and by those who may."""

import datetime as dt
import uuid
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import notices, tokens
from accounts.models import User
from admission.models import Effort
from coordination import actions as coordination
from grids import badges
from grids.models import Post
from grids.roles import PERMISSIONS, UNIT_ROLES, Permission, Role
from hotline import circulars
from insights import displays
from locating import actions as locating
from residents import exports, own_requests
from supervision import actions as supervision
from supervision.addressees import Addressee
from tests.addresses import names
from tests.appraisals import make_appraisal
from tests.early_warnings import make_warning
from tests.factories import (
    Line,
    make_category,
    make_line,
    make_order,
    make_post,
    make_round,
    make_ruled_line,
    make_task,
    make_user,
)
from tests.hidden_rows import (
    make_asked,
    make_briefing,
    make_care,
    make_delivery,
    make_exchange,
    make_facilities,
    make_message,
)
from tests.hotlines import make_category_model, make_reply, make_request, make_request_photo, make_snippet, make_topic
from tests.pictures import photo
from tests.public.people import make_held, make_held_photo, make_link
from tests.registers import make_house, make_household, make_organisation, make_resident
from tests.rosters.lists import checked
from tests.route import OBJECT_RULE, PUBLIC, SIGNED_IN, Route
from tests.routes import ROUTES
from tests.visiting import make_visited
from workorders import actions, photos
from workorders.models import BulkMove, SavedFilter, WorkOrder
from workorders.places import place_in
from workorders.states import State

pytestmark = pytest.mark.django_db
READ = [name for name, route in ROUTES.items() if "GET" in route.methods.split()]
FOR_A_PERMISSION = [name for name, route in ROUTES.items() if route.needs in list(Permission)]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SIGN_IN = "/accounts/sign-in/"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Make the world once: each test undoes what it did in it, and it goes when the last is done."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _asked_as_often_as_one_likes(world, db):
    cache.clear()


def make_world() -> SimpleNamespace:
    """Make the world and sign its people in, whom many tests ask as."""
    world = make_things()
    world.powerless = {
        needs: with_every_role(world.line, without=Permission(needs))
        for needs in sorted({ROUTES[name].needs for name in FOR_A_PERMISSION})
    }
    people = [world.all_roles, world.stranger, world.nobody, *world.powerless.values()]
    world.sessions = {user.pk: signed_in(user) for user in people}
    world.tokens = {user.pk: tokens.issue(user).key for user in people}
    world.opened = {}
    return world


def signed_in(user: User) -> str:
    """Return the key of a session of theirs."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def make_things() -> SimpleNamespace:
    """Make two districts alike, with a report in the first, and people who hold every role in one of them."""
    line, other = make_ruled_line("worker"), make_ruled_line("worker")
    all_roles = with_every_role(line)
    order = actions.report(
        actor=make_guest(),
        place=place_in(line.base),
        category=make_category(needs_photo=False),
        description="SecretHoleInTheRoad",
        source="grid",
        client_uuid="00000000-0000-4000-8000-000000000001",
        photos=[photos.clean(photo())],
        contact_name="SecretResident",
    )
    WorkOrder.objects.filter(pk=order.pk).update(reporter=None)
    whistle = coordination.blow(
        actor=all_roles, node=line.district, units=[line.dept], subject="SecretWhistle", place="SecretGate"
    )
    item = supervision.issue(
        order, actor=all_roles, level="key", demand="SecretDemand", addressee=Addressee(unit=line.dept)
    )
    climbed = make_order(line, State.FILED, holder=line.district, is_escalated=True, description="SecretClimb")
    met = make_order(line, State.FILED, holder=line.district, is_escalated=True)
    display, display_code = displays.give(line.district, actor=all_roles, name="SecretHall", days=7)
    review = coordination.convene(
        met,
        actor=all_roles,
        units=[line.dept],
        question="SecretQuestion",
        meets_at=timezone.now(),
        place="SecretRoom",
        due_at=timezone.now() + dt.timedelta(days=3),
    )
    precedent = actions.set_precedent(
        met, actor=all_roles, node_id=line.district.pk, lead_unit=line.dept, source="SecretReview"
    )
    news = notices.send([all_roles.pk], "order_to_accept", {"number": "1"}, "/", now=timezone.now(), is_urgent=True)
    house = make_house(line.base, address="SecretHouse")
    resident = make_resident(house, name="密姓人", note="SecretNote")
    return SimpleNamespace(
        display=display,
        display_code=display_code,
        house=house,
        resident=resident,
        roster=checked(line.community, [[resident.name, resident.identity_number, "12345", line.base.code, ""]]),
        own_request=own_requests.register(
            resident,
            actor=all_roles,
            kind="see",
            channel="counter",
            words="SecretAsked",
            received_on=timezone.localdate(),
        ),
        export=exports.ask(
            actor=all_roles, node=line.district, what="people", is_masked=False, purpose="SecretPurpose"
        ),
        household=make_household(resident),
        organisation=make_organisation(line.base, name="SecretShop", house=house),
        line=line,
        other=other,
        all_roles=all_roles,
        stranger=with_every_role(other),
        nobody=make_user(),
        order=order,
        placed=make_order(line, State.FILED, lng=116.505, lat=35.405, description="SecretHoleInTheRoad"),
        whistle=whistle,
        supervision=item,
        climbed=climbed,
        review=review,
        precedent=precedent,
        correction=locating.correct("SecretCorner", actor=all_roles, grid=line.base),
        photo=order.photos.get(),
        task=make_task(line, title="SecretTask"),
        part=make_round(line, make_task(line, state="admitted", title="SecretTask")),
        effort=Effort.objects.create(district=line.district, difficulty="hard", minutes=77, source="SecretStudy"),
        notice=news[0],
        saved_filter=SavedFilter.objects.create(user=all_roles, name="SecretFilter", query="tab=all"),
        bulk_move=BulkMove.objects.create(actor=all_roles, client_uuid=uuid.uuid4(), move="dispatch"),
        delivery=make_delivery(line, order),
        message=make_message(line),
        worker_post=Post.objects.get(user=line.worker),
        visited=make_visited(line),
        category_model=make_category_model(line),
        matter=(
            matter := make_request(
                line,
                topic=make_topic(line, title="SecretTopic"),
                title="SecretMatter",
                text="SecretAsking",
                requester_name="SecretAsker",
            )
        ),
        reply=make_reply(line, make_order(line, State.IN_PROGRESS, assignee=all_roles, description="SecretHandled")),
        matter_photo=make_request_photo(matter),
        snippet=make_snippet(line, title="SecretKnowledge"),
        warning=make_warning(line),
        circular=circulars.compose(line.district, dt.date(2026, 3, 2), actor=None),
        **make_exchange(line),
        **make_facilities(line, all_roles),
        **make_asked(line),
        badge=badges.of([Post.objects.get(user=line.worker)])[0],
        lead_link=make_link(house.building, all_roles),
        held=make_held_photo(make_held(line, text="SecretHeld")).held,
        **make_care(line, all_roles),
        **make_appraisal(line, line.worker),
        **make_briefing(line, all_roles),
    )


def make_guest() -> User:
    """Make somebody who may report, but whose report waits to be accepted."""
    guest = make_user()
    make_post(guest, Role.MICRO_LEAD, make_line("worker", lng=118.5).base)
    return guest


def with_every_role(line: Line, without: Permission | None = None) -> User:
    """Make a person with every role of the district, or with every role that lacks this permission."""
    user = make_user()
    roles = [role for role, given in PERMISSIONS.items() if without not in given]
    since = timezone.localdate() - dt.timedelta(days=365)
    Post.objects.bulk_create(
        Post(user=user, role=role, node=line.district, unit=line.dept if role in UNIT_ROLES else None, starts_on=since)
        for role in roles
    )
    return User.objects.get(pk=user.pk)


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


@pytest.mark.parametrize(("name", "method"), asked([n for n, route in ROUTES.items() if route.needs != PUBLIC]))
def test_it_asks_to_sign_in_first(world, name, method):
    answer = ask(name, method, world)
    if name.startswith("api:"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith(SIGN_IN)


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


@pytest.mark.parametrize(("name", "method"), asked(those(is_hidden=True)))
def test_what_one_may_not_see_is_not_there(world, name, method):
    assert ask(name, method, world, world.stranger).status_code == 404
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
def test_no_page_of_a_signed_in_person_stays_in_shared_caches(world, name):
    if ROUTES[name].needs != PUBLIC:
        kept = opened(name, world).headers["Cache-Control"]
        assert "no-store" in kept or "private" in kept


@pytest.mark.parametrize("name", READ)
def test_the_residents_contact_is_on_no_page_unasked(world, name):
    assert (b"SecretResident" in opened(name, world).told) == (name == "api:work-order-contact")


@pytest.mark.parametrize("name", READ)
def test_no_page_shows_a_residents_name_or_numbers_in_full(world, name):
    told = opened(name, world).told.decode(errors="ignore")
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
