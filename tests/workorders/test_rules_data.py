"""The rows that every district starts with are complete, load once, and never undo what somebody edited."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone, translation

from grids.models import Grid, Kind
from tests.standard_rules import give_rules
from workorders import rule_words, rules_data
from workorders.models import Category, EscalationStep, Limit
from workorders.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Grid:
    return Grid.objects.create(kind=Kind.DISTRICT, code="370811", name="任城区")


def test_every_stage_has_a_limit_whatever_the_order_is(district):
    assert rules_data.stages_without_limit(district, timezone.now()) == list(Stage)
    rules_data.load_rules(district)
    assert rules_data.stages_without_limit(district, timezone.now()) == []


def test_loading_again_adds_nothing(district):
    first = rules_data.load_rules(district)
    assert first.categories > 150
    assert first.limits > 20
    assert first.steps == 10
    assert rules_data.load_rules(district) == rules_data.Loaded(0, 0, 0)


def test_a_second_district_gets_its_own_limits_and_ladder_but_shares_the_categories(district):
    first = rules_data.load_rules(district)
    other = Grid.objects.create(kind=Kind.DISTRICT, code="410102", name="中原区")
    assert rules_data.load_rules(other) == rules_data.Loaded(0, first.limits, first.steps)


def test_what_a_district_edited_or_closed_stays_as_it_is(district):
    rules_data.load_rules(district)
    Category.objects.filter(code="E0102").update(name="垃圾", is_active=False)
    Limit.objects.filter(stage=Stage.VERIFY).update(value=9)
    Limit.objects.filter(category__code="E0103").update(valid_to=timezone.now())
    EscalationStep.objects.filter(position=4).delete()

    assert rules_data.load_rules(district) == rules_data.Loaded(0, 0, 0)
    assert Category.objects.get(code="E0102").name == "垃圾"
    assert Limit.objects.get(stage=Stage.VERIFY).value == 9
    assert not Limit.objects.in_force(timezone.now()).filter(category__code="E0103").exists()
    assert EscalationStep.objects.filter(district=district).count() == 8


def test_the_copies_that_tests_work_with_are_the_same_rows(district):
    begins = timezone.now()
    made = []
    for _time in range(2):  # the second is a copy, unless an earlier test of this process asked for the first already
        with transaction.atomic():
            give_rules(district, begins)
            made.append(rows_of(district))
            transaction.set_rollback(True)
    rules_data.load_rules(district, valid_from=begins)
    assert made == [rows_of(district)] * 2


def rows_of(district):
    """Return all columns of the rules but the keys."""
    ways = {Category: ("parent__code",), Limit: ("category__code",), EscalationStep: ()}
    rows = {}
    for model, more in ways.items():
        columns = [
            f.attname for f in model._meta.concrete_fields if f.attname not in {"id", "parent_id", "category_id"}
        ]
        rows[model] = list(model.objects.order_by("pk").values(*columns, *more))
    assert rows[Limit][0]["district_id"] == district.pk
    return rows


def test_the_rows_hold_from_the_moment_that_was_named(district):
    begins = timezone.now() - dt.timedelta(days=3000)
    rules_data.load_rules(district, valid_from=begins)
    assert set(Limit.objects.values_list("valid_from", flat=True)) == {begins}


def test_every_row_passes_the_models_own_checks(district):
    rules_data.load_rules(district)
    for row in [*Category.objects.all(), *Limit.objects.all(), *EscalationStep.objects.all()]:
        row.full_clean()


def test_every_row_says_where_it_comes_from_and_whether_that_was_checked(district):
    rules_data.load_rules(district)
    assert not Category.objects.filter(source="").exists()
    assert not Limit.objects.filter(source="").exists()
    assert not Category.objects.filter(verified=True).exists(), "no official text was at hand (DOMAIN.md §2)"


def test_every_small_class_finds_a_leading_function_by_itself_or_above(district):
    rules_data.load_rules(district)
    by_id = {category.pk: category for category in Category.objects.all()}

    def function_of(category: Category) -> str:
        while not category.lead_function and category.parent_id:
            category = by_id[category.parent_id]
        return category.lead_function

    parents = {category.parent_id for category in by_id.values()}
    assert [c.code for c in by_id.values() if c.pk not in parents and not function_of(c)] == []


def test_the_classes_of_the_urban_standard_are_all_there(district):
    rules_data.load_rules(district)
    codes = set(Category.objects.values_list("code", flat=True))
    assert {f"C{n:02d}" for n in range(1, 6)} | {f"E{n:02d}" for n in range(1, 7)} <= codes
    assert {f"E01{n:02d}" for n in range(1, 7)} <= set(
        Limit.objects.filter(stage=Stage.HANDLE).values_list("category__code", flat=True)
    )


def test_the_ladder_goes_from_the_worker_to_the_district(district):
    rules_data.load_rules(district)
    steps = EscalationStep.objects.filter(urgency="").order_by("position").values_list("position", "level", "role")
    assert list(steps) == [
        (0, "base", "grid_worker"),
        (1, "base", "grid_leader"),
        (2, "community", "community_secretary"),
        (3, "street", "street_operator"),
        (4, "district", "duty_chief"),
    ]


def test_disputes_are_kept_from_other_workers_eyes(district):
    rules_data.load_rules(district)
    assert not Category.objects.filter(code__startswith="D", is_confidential=False).exists()


def test_the_category_file_is_a_tree_of_unique_codes():
    parent_of = {row["code"]: row["parent"] for row in rules_data.read("categories")}
    assert len(parent_of) == len(list(rules_data.read("categories")))
    assert all(parent in parent_of and code.startswith(parent) for code, parent in parent_of.items() if parent)


def test_the_command_says_what_it_added(district, capsys):
    call_command("load_rules", "--district", "370811")
    assert "任城区: added" in capsys.readouterr().out


def test_the_command_refuses_a_code_that_is_no_district(district):
    with pytest.raises(CommandError, match="no district with the code '999999'"):
        call_command("load_rules", "--district", "999999")


def test_every_shipped_source_has_words_in_both_languages(district):
    rules_data.load_rules(district)
    named = {source for model in (Category, Limit) for source in model.objects.values_list("source", flat=True)}
    assert named - {""} == set(rule_words.SOURCES)
    with translation.override("zh-hans"):
        assert all(rule_words.source_in_words(source) != source for source in named - {""})


def test_a_limit_of_one_is_said_in_the_singular():
    with translation.override("en"):
        assert rule_words.span_in_words(1, "working_day") == "1 working day"
        assert rule_words.span_in_words(2, "hour") == "2 hours (24×7)"
    with translation.override("zh-hans"):
        assert rule_words.span_in_words(1, "working_hour") == "1 工作小时"
