"""Contact households: balanced plans, accepted as a whole; what an ending post leaves is handed over."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notification
from care import actions, contact_lists, contact_loads
from care.balance import SLACK, Block, Carrier, Dwelling, share_out
from care.models import ContactDuty, HandOver
from grids import posts as grid_posts
from grids.roles import Role
from tests.factories import make_post, make_user
from tests.registers import make_building, make_contact_duty, make_house, make_resident
from workorders.workflow import InvalidMove, StaleOrder

blocks_of_houses = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from([None, 1, 2, 9])), max_size=40), max_size=12
)


def blocks_from(drawn):
    number = iter(range(1, 10_000))
    return [
        Block(n or None, tuple(Dwelling(next(number), weight, present) for weight, present in houses))
        for n, houses in enumerate(drawn)
    ]


@given(blocks_of_houses, st.integers(1, 5))
def test_every_house_goes_to_exactly_one_and_nobody_gets_far_too_much(drawn, count):
    blocks, carriers = blocks_from(drawn), [Carrier(n, 0.5 if n == 2 else 1.0) for n in range(1, count + 1)]
    shares = share_out(blocks, carriers)
    whole = {block.building_id: block for block in blocks}
    given_out = [pk for s in shares for pk in s.houses or [h.house_id for h in whole[s.building_id].houses]]
    assert sorted(given_out) == sorted(house.house_id for block in blocks for house in block.houses)
    total = sum(block.weight for block in blocks)
    capacity = sum(carrier.capacity for carrier in carriers)
    for carrier in carriers:
        load = sum(share.weight for share in shares if share.post_id == carrier.post_id)
        target = total * carrier.capacity / capacity
        assert load <= max(target * SLACK, target + 3) + 1e-9


def test_whole_buildings_stay_with_who_has_them():
    mine = [Block(n, tuple(Dwelling(n * 100 + i, 1, 7) for i in range(10))) for n in (1, 2)]
    new = [Block(n, tuple(Dwelling(n * 100 + i) for i in range(10))) for n in (3, 4)]
    shares = share_out([*new, *mine], [Carrier(7), Carrier(8)])
    assert {share.building_id: share.post_id for share in shares} == {1: 7, 2: 7, 3: 8, 4: 8}
    assert all(share.houses is None for share in shares)


def test_without_anybody_the_shares_have_nobody():
    [share] = share_out([Block(1, (Dwelling(1),))], [])
    assert share.post_id is None


@pytest.fixture
def area(care):
    """Two buildings of four households in the grid, its worker and a second one."""
    for _ in range(2):
        building = make_building(care.base)
        for _ in range(4):
            make_resident(make_house(care.base, building))
    type(care.resident).objects.filter(pk=care.resident.pk).update(gone="moved", gone_on=timezone.localdate())
    care.second = make_post(make_user(), Role.GRID_WORKER, care.base)
    return care


pytestmark = pytest.mark.django_db


def test_a_plan_is_drawn_up_and_accepted_as_a_whole(area):
    plan = actions.draw_up(area.base, actor=area.line.secretary)
    assert {share["post_id"] for share in plan.shares} == {area.worker_post.pk, area.second.pk}
    assert not ContactDuty.objects.exists()
    actions.accept(plan, actor=area.line.secretary, version=plan.version)
    loads = contact_loads.present(area.base, timezone.localdate())
    assert [(load.post.pk, load.households) for load in loads] == [(area.worker_post.pk, 4), (area.second.pk, 4)]
    told = Notification.objects.filter(kind="care_contacts").values_list("recipient_id", flat=True)
    assert set(told) == {area.line.worker.pk, area.second.user_id}
    with pytest.raises(InvalidMove, match="closed"):
        actions.accept(plan, actor=area.line.secretary, version=plan.version + 1)


def test_a_new_plan_keeps_duties_that_it_does_not_change(area):
    plan = actions.draw_up(area.base, actor=area.line.secretary)
    actions.accept(plan, actor=area.line.secretary, version=plan.version)
    before = set(ContactDuty.objects.present().values_list("pk", flat=True))
    plan = actions.draw_up(area.base, actor=area.line.secretary)
    actions.accept(plan, actor=area.line.secretary, version=plan.version)
    assert set(ContactDuty.objects.present().values_list("pk", flat=True)) == before


def test_a_plan_is_edited_and_split_before_it_is_accepted(area):
    plan = actions.draw_up(area.base, actor=area.line.secretary)
    everything = dict.fromkeys(range(len(plan.shares)), area.second.pk)
    plan = actions.edit_plan(plan, actor=area.line.secretary, posts=everything, version=plan.version)
    plan = actions.split_share(plan, actor=area.line.secretary, place=0, version=plan.version)
    plan = actions.edit_plan(plan, actor=area.line.secretary, posts={0: area.worker_post.pk}, version=plan.version)
    with pytest.raises(StaleOrder):
        actions.accept(plan, actor=area.line.secretary, version=1)
    actions.accept(plan, actor=area.line.secretary, version=plan.version)
    loads = {load.post.pk: load.households for load in contact_loads.present(area.base, timezone.localdate())}
    assert (loads[area.worker_post.pk], loads[area.second.pk]) == (2, 6)


def test_only_people_of_the_grid_take_shares(area):
    stranger = make_post(make_user(), Role.GRID_WORKER, make_house(make_building(area.base).grid).grid.get_root())
    plan = actions.draw_up(area.base, actor=area.line.secretary)
    with pytest.raises(ValidationError, match="no post there"):
        actions.edit_plan(plan, actor=area.line.secretary, posts={0: stranger.pk}, version=plan.version)


def test_a_worker_draws_up_no_plan(area):
    with pytest.raises(PermissionDenied):
        actions.draw_up(area.base, actor=area.line.worker)


def test_an_ended_post_leaves_a_list_that_the_leader_hears_of_and_hands_over(area):
    building = make_building(area.base)
    duty = make_contact_duty(area.second, building)
    grid_posts.end_post(area.second, actor=None)
    item = HandOver.objects.get(post=area.second)
    told = Notification.objects.filter(kind="care_hand_over").values_list("recipient_id", flat=True)
    assert set(told) == {area.line.leader.pk, area.line.secretary.pk}
    assert actions.hand_over(item, actor=area.line.leader, to={duty.pk: area.worker_post.pk}) == 1
    item.refresh_from_db()
    duty.refresh_from_db()
    assert item.finished_at is not None
    assert duty.ended_on == timezone.localdate()
    assert ContactDuty.objects.present().get(building=building).post == area.worker_post


def test_a_post_that_runs_out_leaves_a_list_too(area):
    make_contact_duty(area.second, make_building(area.base))
    type(area.second).objects.filter(pk=area.second.pk).update(ends_on=timezone.localdate() + dt.timedelta(days=5))
    assert contact_lists.sweep(timezone.now()) == 1
    assert contact_lists.sweep(timezone.now()) == 0


def test_a_post_without_households_leaves_no_list(area):
    grid_posts.end_post(area.second, actor=None)
    assert not HandOver.objects.exists()
