"""The people and things that tests/test_access.py asks every address about: made once, all roles in one district."""

import datetime as dt
import uuid
from types import SimpleNamespace

from django.conf import settings
from django.test import Client
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
from tests.appraisals import make_appraisal
from tests.duties import make_duty_hours
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
from tests.registers import make_handover, make_house, make_household, make_organisation, make_resident
from tests.rosters.lists import checked
from tests.routes import ROUTES
from tests.visiting import make_visited
from workorders import actions, photos
from workorders.models import BulkMove, SavedFilter, WorkOrder
from workorders.places import place_in
from workorders.states import State

FOR_A_PERMISSION = [name for name, route in ROUTES.items() if route.needs in list(Permission)]


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
        handover=make_handover(resident, house),
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
        hours=make_duty_hours(line.base),
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
