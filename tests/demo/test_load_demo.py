"""`load_demo` makes a district that its accounts can work in, only where nothing is, all or nothing."""

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Notification, User
from admission.models import Task
from alerts import precision, rules
from alerts.models import EarlyWarning
from alerts.states import RuleKind
from demo import accounts, load
from grids.backends import standing_for
from grids.models import Employment, Grid, Kind, Post
from grids.roles import Role
from hotline.periods import Period
from tests.demo.conftest import NOW, SCALE
from workorders import sight
from workorders.models import Photo, WorkOrder
from workorders.workflow import moves_for

pytestmark = pytest.mark.django_db

WORKING = ("worker", "leader", "secretary", "street", "district", "dept")


def account(username):
    return User.objects.get(username=username)


def waiting_for(user):
    return WorkOrder.objects.filter(sight.waiting_for(standing_for(user)))


def test_it_makes_as_much_as_the_scale_says(demo):
    reported = WorkOrder.objects.exclude(kind="task")
    assert demo.orders == round(168_177 * SCALE) == reported.count()
    assert demo.open_orders == 112 == reported.open().count()


def test_every_kind_of_early_warning_shows_and_the_precision_of_rules(demo):
    warnings = EarlyWarning.objects.all()
    kinds = set(warnings.values_list("kind", flat=True))
    assert kinds | {RuleKind.TIER_VISITS} == set(RuleKind)  # so small a district has too few residents for the one
    assert warnings.get(kind=RuleKind.RATE, state="confirmed").order.state not in ("closed", "voided")
    assert warnings.filter(kind=RuleKind.PLACE, facility__isnull=False).exists()
    district = Grid.objects.get(parent=None)
    done = precision.in_district(district, Period(NOW.date() - dt.timedelta(days=89), NOW.date()))
    assert done["rate-community"].percent
    vain = [code for code, watch in rules.of(district.pk).items() if code in done and done[code].speaks_against(watch)]
    assert vain == ["rate-street-day"]


def test_at_scale_one_the_numbers_are_those_of_the_field_report():
    wanted = load.wanted(1)
    assert wanted.closed == 168_055
    assert wanted.total + load.OPEN == 168_177


def test_the_accounts_stand_in_one_line_of_the_tree(demo):
    nodes = {a.username: Post.objects.get(user=account(a.username)).node for a in accounts.CAST}
    assert nodes["worker"] == nodes["leader"]
    assert nodes["worker"].kind == Kind.BASE
    assert nodes["secretary"].is_ancestor_of(nodes["worker"])
    assert nodes["street"].is_ancestor_of(nodes["secretary"])
    assert nodes["district"].is_ancestor_of(nodes["street"])
    for username in ("dispatcher", "dept", "bureau", "operator", "supervisor", "executive", "admin"):
        assert nodes[username] == nodes["district"]


def test_each_account_has_its_role_and_the_department_is_urban_management(demo):
    for expected in accounts.CAST:
        assert standing_for(account(expected.username)).roles == {expected.role}
    assert Post.objects.get(user=account("dept")).unit.function == "urban_management"
    assert Post.objects.get(user=account("bureau")).unit == Post.objects.get(user=account("dept")).unit
    assert Post.objects.get(user=account("worker")).is_primary


def test_a_task_runs_in_the_grids_and_another_waits_for_its_decision(demo):
    running, pending = Task.objects.order_by("state")
    assert (running.state, pending.state) == ("admitted", "pending")
    first, second = running.rounds.order_by("day")
    assert not first.assignments.open().exists()
    assert second.assignments.open().filter(order__assignee=account("worker")).exists()
    assert second.assignments.filter(handed_in_at__isnull=False).exists()


@pytest.mark.parametrize("username", WORKING)
def test_each_working_account_finds_work_something_overdue_and_something_that_climbed(demo, username):
    waiting = waiting_for(account(username))
    assert waiting.count() >= 4
    assert waiting.filter(sight.overdue(NOW)).exists()
    assert waiting.filter(is_escalated=True).exists()


@pytest.mark.parametrize("username", ["dispatcher", "operator"])
def test_the_district_desks_find_work_too(demo, username):
    waiting = waiting_for(account(username))
    assert waiting.count() >= 3
    assert waiting.filter(sight.overdue(NOW)).exists()


@pytest.mark.parametrize("username", [*WORKING, "dispatcher", "operator"])
def test_whatever_waits_for_an_account_can_be_moved_by_it(demo, username):
    who = standing_for(account(username))
    for order in waiting_for(account(username)).select_related("category"):
        assert moves_for(order, who), order.number


def test_each_working_account_has_news_unread_and_read(demo):
    for username in (*WORKING, "dispatcher", "operator"):
        inbox = Notification.objects.filter(recipient=account(username))
        assert inbox.filter(read_at=None).exists(), username
    assert Notification.objects.filter(read_at__isnull=False).exists()
    assert not Notification.objects.filter(email_due_at__isnull=False).exists()


def test_the_worker_has_a_past(demo):
    assert WorkOrder.objects.filter(handler=account("worker"), finished_at__isnull=False).count() >= 3


def test_some_orders_have_pictures_and_the_files_are_there(demo):
    assert Photo.objects.filter(kind="before").count() > 30
    assert Photo.objects.filter(kind="after").count() > 10
    for photo in Photo.objects.all()[:5]:
        assert photo.image.storage.exists(photo.image.name)
        assert photo.thumbnail.storage.exists(photo.thumbnail.name)


def test_every_grid_has_its_worker_and_leader_and_every_level_its_people(demo):
    for role, kind in (
        (Role.GRID_WORKER, Kind.BASE),
        (Role.GRID_LEADER, Kind.BASE),
        (Role.GRID_WORKER, Kind.DEDICATED),
        (Role.COMMUNITY_SECRETARY, Kind.COMMUNITY),
        (Role.STREET_OPERATOR, Kind.STREET),
    ):
        posted = Post.objects.filter(role=role).values("node")
        assert not Grid.objects.filter(kind=kind).exclude(pk__in=posted).exists(), (role, kind)


def test_one_grid_has_one_worker(demo):
    workers = Post.objects.filter(role=Role.GRID_WORKER, node__kind=Kind.BASE)
    assert workers.values("user").distinct().count() == 219
    assert workers.filter(employment=Employment.PART_TIME).count() == 57


def test_the_tree_is_numbered_right(demo):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM grids_grid child JOIN grids_grid parent ON parent.id = child.parent_id
            WHERE NOT (child.lft > parent.lft AND child.rght < parent.rght
                       AND child.level = parent.level + 1 AND child.tree_id = parent.tree_id)
            """
        )
        assert cursor.fetchone() == (0,)
    district = Grid.objects.get(kind=Kind.DISTRICT)
    assert (district.lft, district.rght) == (1, 2 * Grid.objects.count())
    assert district.get_descendant_count() == Grid.objects.count() - 1
    codes = list(Grid.objects.filter(parent=district).order_by("lft").values_list("code", flat=True))
    assert codes == sorted(codes)


def test_nobody_can_be_rung_up(demo):
    phones = set(User.objects.values_list("phone", flat=True))
    assert all(re.fullmatch(r"12\d{9}", phone) for phone in phones)


def test_only_the_demo_accounts_can_sign_in_and_with_one_password(demo):
    for expected in accounts.CAST:
        assert account(expected.username).check_password(accounts.password())
    others = User.objects.exclude(username__in=[a.username for a in accounts.CAST])
    assert not any(user.has_usable_password() for user in others)


def test_the_password_of_the_environment_counts(settings, tmp_path):
    settings.DEMO_PASSWORD = "Given-word-1"
    assert accounts.password() == "Given-word-1"
    settings.DEMO_PASSWORD, settings.VAR_DIR = "", tmp_path
    made = accounts.password()
    assert made == accounts.password()
    assert (tmp_path / "demo_password").stat().st_mode & 0o777 == 0o600


def test_it_refuses_a_database_that_is_not_empty(demo):
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_demo", "--profile", "taibaihu")


@pytest.mark.parametrize("scale", ["0", "1.5", "-1"])
def test_it_refuses_a_scale_that_makes_no_sense(scale):
    with pytest.raises(CommandError, match="--scale"):
        call_command("load_demo", "--scale", scale)


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-20T09:00:00", "2026-13-01T00:00:00Z"])
def test_it_refuses_a_moment_without_its_offset(moment):
    with pytest.raises(CommandError, match="--now"):
        call_command("load_demo", "--now", moment)


def facts():
    columns = ("number", "state", "description", "due_at", "grid__code")
    found = WorkOrder.objects.order_by("number").values_list(*columns)
    orders = [(*row[:2], re.sub(r"第 \d+ 号", "", row[2]), *row[3:]) for row in found]  # a warning's key
    return orders, list(User.objects.order_by("username").values_list("username", "display_name", "phone"))


def test_the_same_seed_and_moment_make_the_same_district(demo):
    first = facts()
    load.load("taibaihu", scale=SCALE, seed=42, now=NOW, replace=True)
    assert facts() == first
