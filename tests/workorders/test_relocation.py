"""A community that changes its street takes its orders along: lists and sight follow the tree."""

import pytest
from django.utils import timezone

from grids import actions as grid_actions
from grids.models import Grid, Kind
from grids.roles import Role
from tests.factories import make_grid, make_line, make_order, make_post, make_user
from workorders.models import Escalation, WorkOrder

pytestmark = pytest.mark.django_db


def test_orders_follow_a_moved_community_to_its_new_street():
    line = make_line("admin", "operator")
    street = make_grid(line.district, kind=Kind.STREET, code="000000000999")
    newcomer = make_user()
    make_post(newcomer, Role.STREET_OPERATOR, street)
    order = make_order(line)
    elsewhere = make_order(line, grid=line.street, community=None)
    grid_actions.move_node(Grid.objects.get(pk=line.community.pk), Grid.objects.get(pk=street.pk), actor=None)
    moved = WorkOrder.objects.get(pk=order.pk)
    assert (moved.street, moved.community, moved.grid) == (street, line.community, line.base)
    assert list(WorkOrder.objects.visible_to(newcomer)) == [order]
    assert list(WorkOrder.objects.visible_to(line.operator)) == [elsewhere]


def test_an_open_order_passes_to_the_level_that_took_the_old_ones_place():
    line = make_line("admin", "operator")
    street = make_grid(line.district, kind=Kind.STREET, code="000000000999")
    held = make_order(line, holder=line.street, dispatched_from=line.street)
    climb = Escalation.objects.create(
        district=line.district,
        order=held,
        position=3,
        from_node=line.community,
        to_node=line.street,
        at=timezone.now(),
        by_timer=True,
    )
    grid_actions.move_node(Grid.objects.get(pk=line.community.pk), Grid.objects.get(pk=street.pk), actor=None)
    held.refresh_from_db()
    climb.refresh_from_db()
    assert (held.holder, held.dispatched_from, climb.to_node) == (street, street, street)
