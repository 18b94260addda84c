"""Limits, ladder and categories as a district edits them: rows end and begin, orders keep theirs, history stays."""

import pytest
from django.test import Client

from accounts.models import AuditRecord
from tests.factories import make_category, make_line, make_ruled_line, report
from workorders.models import Category, EscalationStep, Limit, StageClock

pytestmark = pytest.mark.django_db
LIMITS, EDIT = "/work-orders/limits/", "/work-orders/limits/edit/"
LADDER, STEP = "/work-orders/ladder/", "/work-orders/ladder/edit/"
CATEGORIES = "/work-orders/categories/"


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def client(line):
    line.chief.language = "en"
    line.chief.save()
    client = Client()
    client.force_login(line.chief)
    return client


def cells(answer, category):
    for branch, shown in answer.context["rows"]:
        if (branch.category if branch else None) == category:
            return shown
    raise AssertionError(category)


def test_a_new_limit_holds_from_now_on_and_the_old_row_stays_in_the_history(line, client):
    category = make_category(needs_photo=False)
    before = report(line, line.worker, category=category)
    query = f"?stage=handle&category={category.pk}&difficulty=&level=&urgency="
    assert client.post(EDIT + query, {"value": 7, "unit": "working_day", "warn_percent": 50}).status_code == 302
    assert client.post(EDIT + query, {"value": 9, "unit": "hour", "warn_percent": 60}).status_code == 302
    rows = Limit.objects.filter(category=category).order_by("valid_from")
    assert [(row.value, row.valid_to is None) for row in rows] == [(7, False), (9, True)]
    assert rows[0].valid_to == rows[1].valid_from
    assert rows[1].changed_by == line.chief
    after = report(line, line.worker, category=category)
    values = [StageClock.objects.get(order=order, stage="handle").value for order in (before, after)]
    assert values[0] != 9
    assert values[1] == 9
    page = client.get(EDIT + query).content.decode()
    assert "7 working days" in page
    assert str(line.chief) in page
    assert AuditRecord.objects.filter(action="workorders.change_limit", actor=line.chief).count() == 2


def test_the_table_mutes_what_is_inherited_and_says_from_where(line, client):
    root = make_category(name="Root", name_en="Root")
    leaf = make_category(parent=root)
    client.post(f"{EDIT}?stage=handle&category={root.pk}", {"value": 4, "unit": "hour", "warn_percent": 80})
    answer = client.get(LIMITS, {"stage": "handle", "all": "1"})
    own, inherited = cells(answer, root)[0], cells(answer, leaf)[0]
    assert (own.is_own, own.row.value) == (True, 4)
    assert (inherited.is_own, inherited.row) == (False, own.row)
    page = answer.content.decode()
    assert "inherited from" in page
    client.post(
        f"{EDIT}?stage=handle&category={leaf.pk}&level=street", {"value": 6, "unit": "hour", "warn_percent": 80}
    )
    shown = cells(client.get(LIMITS, {"stage": "handle"}), leaf)
    assert [cell.row.value for cell in shown] == [4, 4, 4, 6, 4]
    assert [cell.is_own for cell in shown] == [False, False, False, True, False]


def test_a_cell_can_inherit_again_but_the_general_one_cannot(line, client):
    category = make_category()
    query = f"?stage=verify&category={category.pk}"
    client.post(EDIT + query, {"value": 4, "unit": "hour", "warn_percent": 80})
    assert client.post(EDIT + query, {"inherit": "1"}).status_code == 302
    assert not Limit.objects.filter(category=category, valid_to=None).exists()
    answer = client.post(f"{EDIT}?stage=verify", {"inherit": "1"})
    assert answer.status_code == 400
    assert "cannot be removed" in answer.content.decode()
    assert Limit.objects.filter(stage="verify", category=None, valid_to=None).exists()


def test_the_same_limit_again_makes_no_row(line, client):
    query = f"?stage=sign&category={make_category().pk}"
    for _ in range(2):
        client.post(EDIT + query, {"value": 4, "unit": "hour", "warn_percent": 80})
    assert Limit.objects.filter(stage="sign", category__isnull=False).count() == 1


@pytest.mark.parametrize("value", ["0", "-1", "", "abc", "99999"])
def test_a_limit_that_makes_no_sense_is_refused(line, client, value):
    count = Limit.objects.count()
    answer = client.post(f"{EDIT}?stage=handle", {"value": value, "unit": "hour", "warn_percent": 80})
    assert answer.status_code == 400
    assert Limit.objects.count() == count


@pytest.mark.parametrize("query", ["", "?stage=no", "?stage=handle&category=999999", "?stage=handle&level=moon"])
def test_a_cell_that_does_not_exist_is_not_found(client, query):
    assert client.get(EDIT + query).status_code == 404


def test_nobody_edits_another_district_s_rules(line):
    other = make_line("chief", lng=117.0)
    client = Client()
    client.force_login(other.chief)
    client.post(f"{EDIT}?stage=handle", {"value": 77, "unit": "hour", "warn_percent": 80})
    assert list(Limit.objects.filter(value=77).values_list("district", flat=True)) == [other.district.pk]


def step(**changes):
    usual = {
        "level": "street",
        "role": "street_leader",
        "value": 2,
        "unit": "working_day",
        "warn_percent": 70,
        "grace_value": 2,
        "grace_unit": "working_hour",
    }
    return usual | changes


def test_a_step_is_changed_by_a_new_row(line, client):
    assert client.post(f"{STEP}?urgency=&position=3", step()).status_code == 302
    rows = EscalationStep.objects.filter(urgency="", position=3).order_by("valid_from")
    assert [(row.role, row.valid_to is None) for row in rows] == [("street_operator", False), ("street_leader", True)]
    assert rows[1].changed_by == line.chief
    assert "History" in client.get(LADDER).content.decode()


def test_steps_are_added_and_removed_at_the_top_only(line, client):
    assert client.get(f"{STEP}?urgency=&position=9").status_code == 404
    assert client.post(f"{STEP}?urgency=&position=5", step(level="district", role="duty_chief")).status_code == 302
    client.post("/work-orders/ladder/remove/", {"urgency": "", "position": "2"})
    in_force = EscalationStep.objects.filter(urgency="", valid_to=None)
    assert in_force.count() == 6
    client.post("/work-orders/ladder/remove/", {"urgency": "", "position": "5"})
    assert in_force.count() == 5


def test_an_urgency_begins_a_ladder_of_its_own_and_may_give_it_up(line, client):
    client.post(f"{STEP}?urgency=urgent&position=0", step(level="base", role="grid_worker"))
    assert EscalationStep.objects.filter(urgency="urgent", valid_to=None).count() == 1
    client.post("/work-orders/ladder/remove/", {"urgency": "urgent", "position": "0"})
    assert not EscalationStep.objects.filter(urgency="urgent", valid_to=None).exists()


def category_fields(**changes):
    usual = {
        "code": "Z01",
        "name": "新类别",
        "scheme": "incident",
        "difficulty": "simple",
        "urgency": "ordinary",
        "needs_photo": "on",
        "is_active": "on",
    }
    return usual | changes


def test_a_category_is_added_below_its_parent_changed_and_put_out_of_use(line, client):
    root = make_category()
    assert client.post(f"{CATEGORIES}add/", category_fields(parent=root.pk)).status_code == 302
    made = Category.objects.get(code="Z01")
    assert made.parent == root
    fields = category_fields(parent=root.pk, name="改名")
    fields.pop("is_active")
    client.post(f"{CATEGORIES}{made.pk}/", fields)
    made.refresh_from_db()
    assert (made.name, made.is_active) == ("改名", False)
    assert "out of use" in client.get(CATEGORIES).content.decode()


def test_a_category_never_stands_below_itself(line, client):
    root = make_category(code="R1")
    leaf = make_category(code="R2", parent=root)
    answer = client.post(f"{CATEGORIES}{root.pk}/", category_fields(code="R1", parent=leaf.pk))
    assert answer.status_code == 400
    root.refresh_from_db()
    assert root.parent is None


def test_a_code_is_given_once(line, client):
    make_category(code="Z01")
    assert client.post(f"{CATEGORIES}add/", category_fields()).status_code == 400


def test_who_may_not_manage_rules_changes_nothing(line):
    client = Client()
    client.force_login(line.operator)
    count = Limit.objects.count()
    for url, data in (
        (f"{EDIT}?stage=handle", {"value": 3, "unit": "hour", "warn_percent": 80}),
        (f"{STEP}?urgency=&position=0", step()),
        ("/work-orders/ladder/remove/", {"urgency": "", "position": "4"}),
        (f"{CATEGORIES}add/", category_fields()),
    ):
        assert client.post(url, data).status_code == 403, url
    assert Limit.objects.count() == count
    assert not Category.objects.filter(code="Z01").exists()


def test_functions_stand_in_words_and_a_district_s_own_stays(line, client):
    make_category(code="F1", lead_function="urban_management")
    own = make_category(code="F2", lead_function="river_chiefs")
    page = client.get(CATEGORIES).content.decode()
    assert "Urban management and enforcement" in page
    assert "urban_management" not in page
    assert "river_chiefs" in page
    form = client.get(f"{CATEGORIES}{own.pk}/").content.decode()
    assert '<option value="river_chiefs" selected>' in form
    assert '<option value="urban_management">Urban management and enforcement</option>' in form


def test_a_function_that_nobody_has_is_refused(client):
    assert client.post(f"{CATEGORIES}add/", category_fields(lead_function="moonlight")).status_code == 400
