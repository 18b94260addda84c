"""What people said that words mean is found first, holds nothing private, and can be taken back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grids import actions as tree
from grids.roles import Role
from locating import actions
from locating.models import Correction
from locating.words import key_of
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("颂运花园3号楼2单元501室", "颂运花园|3"),
        ("颂运花园三号楼五楼", "颂运花园|3"),
        ("山东省济宁市颂运花园附近", "颂运花园|"),
        ("建设路１２号", "建设路|12"),
        ("老火车站对面", "老火车站|"),
        ("潘王乔村57号", ""),
        ("潘王乔村五十七号", ""),
        ("我家的电话是12012345678", ""),
        ("很长的一段话" * 8, ""),
        ("", ""),
    ],
)
def test_the_words_that_are_kept_name_no_dwelling(text, key):
    assert key_of(text) == key


def test_the_same_words_find_the_corrected_grid_first(town):
    assert town.find("老火车站对面").candidates == ()
    actions.correct("老火车站", actor=None, grid=town.c)
    found = town.find("济宁市老火车站对面")
    assert found.best.grid_id == town.c.pk
    assert found.best.corrected_on == timezone.localdate()
    assert not found.is_sure, "it is only near"
    assert town.grid("老火车站") == town.c.pk


def test_a_correction_goes_before_the_registers_and_a_later_one_replaces_it(town):
    first = actions.correct("颂运花园3号楼1单元101", actor=None, grid=town.b)
    assert town.grid("颂运花园三号楼") == town.b.pk
    assert town.grid("颂运花园2号楼") == town.a.pk, "other buildings stay where they are"
    actions.correct("颂运花园3栋", actor=None, grid=town.c)
    assert town.grid("颂运花园三号楼") == town.c.pk
    first.refresh_from_db()
    assert first.retired_because == "Replaced by a later correction."
    assert Correction.objects.in_force(timezone.localdate()).count() == 1


def test_a_name_that_several_places_have_stays_unsure_for_the_next_who_writes_it(town):
    actions.correct("太白家园1号楼", actor=None, grid=town.c)
    found = town.find("太白家园1号楼")
    assert found.best.grid_id == town.c.pk
    assert not found.is_sure
    assert town.grid("古槐社区太白家园1号楼") == town.c.pk


def test_saying_the_same_again_changes_nothing(town):
    first = actions.correct("老火车站", actor=None, grid=town.c)
    assert actions.correct("老火车站", actor=None, grid=town.c) == first
    assert Correction.objects.count() == 1


def test_it_ends_when_it_is_retired_and_when_its_grid_is_closed(town):
    row = actions.correct("老火车站", actor=None, grid=town.v1)
    tree.close_node(town.v1, actor=None, day=timezone.localdate() - dt.timedelta(days=1))
    assert town.find("老火车站").candidates == ()
    assert list(Correction.objects.ended(timezone.localdate())) == [row]
    other = actions.correct("新火车站", actor=None, grid=town.c)
    actions.retire_correction(other, actor=None, reason="It moved.")
    assert town.find("新火车站").candidates == ()
    with pytest.raises(ValidationError, match="retired already"):
        actions.retire_correction(other, actor=None, reason="Again.")


def test_who_takes_reports_in_may_correct_and_others_may_not(town):
    worker, lead, clerk = make_user(), make_user(), make_user()
    make_post(worker, Role.GRID_WORKER, town.a)
    make_post(lead, Role.MICRO_LEAD, town.a)
    make_post(clerk, Role.INTAKE_CLERK, town.district)
    assert actions.correct("老火车站", actor=clerk, grid=town.c).by == clerk
    assert actions.correct("老火车站", actor=worker, grid=town.a).by == worker
    for actor, grid in ((worker, town.c), (lead, town.a)):
        with pytest.raises(PermissionDenied):
            actions.correct("老火车站", actor=actor, grid=grid)
    with pytest.raises(ValidationError, match="in force"):
        actions.correct("老火车站", actor=clerk, grid=town.first)
    with pytest.raises(PermissionDenied):
        actions.retire_correction(Correction.objects.latest("pk"), actor=clerk, reason="No.")
