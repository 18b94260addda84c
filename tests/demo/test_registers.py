"""The demo's registers: exactly as many as the scale says, people who can be nobody, homes that hang together."""

import random
from itertools import pairwise

import pytest
from django.db.models import Count, F, Q

from care.models import CareMembership, ContactDuty, TierGrant
from demo import registers
from demo.figures import BORN_A_DAY
from demo.profiles import PROFILES
from demo.register_rows import Path
from grids.models import Grid, Kind
from residents.addresses import address_key
from residents.identity_numbers import check_character
from residents.models import (
    Building,
    FloatingFacts,
    House,
    Household,
    HouseUse,
    Organisation,
    Resident,
    ResidentKind,
)
from residents.querysets import path_of
from tests.demo.conftest import NOW, SCALE
from visits.models import Due, LogEntry


def test_at_scale_one_the_registers_are_those_of_the_field_report():
    wanted = registers.totals(PROFILES["rencheng"], 1)
    assert (wanted.residents, wanted.floating) == (1_162_189, 99_664)
    assert (wanted.houses, wanted.organisations) == (481_599, 21_264)


def test_everything_is_shared_out_whatever_the_sizes_of_the_grids():
    rng = random.Random(7)
    plots = [
        registers.Plot(
            f"3708110110{n // 10:02d}{n:03d}",
            "",
            rng.choice(["urban", "rural"]),
            rng.randrange(50, 9000),
            [Path(1, 2, n // 4, n, None)],
        )
        for n in range(200)
    ]
    wanted = registers.totals(PROFILES["rencheng"], 1)
    registers.share_out(plots, "370811011001", wanted)
    for name in ("houses", "floating", "organisations"):
        assert sum(getattr(plot, name) for plot in plots) == getattr(wanted, name)
    assert sum(plot.people for plot in plots) == wanted.residents
    assert all(plot.floating <= plot.people // 2 for plot in plots)
    shares = registers.shares_of(plots, rng)
    assert 15 < len(shares) <= 23
    assert [plot for share in shares for plot in share.plots] == plots
    assert max(share.sums.people for share in shares) < 2 * registers.A_SHARE
    for share, following in pairwise(shares):
        assert following.before == share.before + share.sums
        assert following.numbers.of_a_day == share.numbers.of_a_day + share.numbers.a_day
    assert shares[-1].numbers.of_a_day + shares[-1].numbers.a_day <= BORN_A_DAY


@pytest.mark.django_db
def test_it_makes_as_many_of_each_as_the_scale_says(demo):
    wanted = registers.totals(PROFILES["taibaihu"], SCALE)
    assert demo.residents == wanted.residents == Resident.objects.count()
    assert (
        Resident.objects.filter(kind=ResidentKind.FLOATING).count() == wanted.floating == FloatingFacts.objects.count()
    )
    assert House.objects.count() == wanted.houses
    assert Organisation.objects.count() == wanted.organisations


@pytest.mark.django_db
def test_nobody_can_be_meant(demo):
    for number in Resident.objects.exclude(identity_number="").values_list("identity_number", flat=True):
        assert number.startswith("370899")
        assert check_character(number[:17]) == number[17]
    for phone in Resident.objects.exclude(phone="").values_list("phone", flat=True):
        assert phone.startswith("12")
    numbered = Resident.objects.exclude(identity_hash=None)
    assert numbered.values("identity_hash").distinct().count() == numbered.count()


@pytest.mark.django_db
def test_homes_hang_together(demo):
    assert not Household.objects.exclude(memberships__resident=F("head")).exists()
    assert not Resident.objects.exclude(house__grid=F("grid")).exists()
    assert not House.objects.filter(use=HouseUse.VACANT, residents__isnull=False).exists()
    members = Resident.objects.annotate(homes=Count("memberships", filter=Q(memberships__ended_on=None)))
    assert not members.exclude(homes=1).exists()
    for house in House.objects.all()[:300]:
        assert house.address_key == address_key(house.address)
    assert Building.objects.filter(head__isnull=False).exists()


@pytest.mark.django_db
def test_the_home_grid_has_people_in_its_micro_grids(demo):
    home = Grid.objects.get(code=f"{PROFILES['taibaihu'].home}001")
    assert House.objects.within(home).count() >= 10
    for house in House.objects.exclude(micro=None)[:5]:
        assert path_of(house.micro)["grid_id"] == house.grid_id
    assert not House.objects.exclude(grid__kind=Kind.BASE).exists()


@pytest.mark.django_db
def test_some_are_in_care_and_known_to_the_worker_of_their_grid(demo):
    for group in ("hardship", "living_alone", "disabled", "veteran"):
        assert CareMembership.objects.filter(group=group).exists()
    grants = TierGrant.objects.in_force()
    assert grants.exists()
    assert set(grants.values_list("tier", flat=True)) == {"yellow"}
    assert not grants.exclude(proposed_by__posts__node=F("resident__grid")).exists()
    assert ContactDuty.objects.filter(worker__username="worker").exists()


@pytest.mark.django_db
def test_most_homes_were_visited_in_time_and_the_worker_has_a_day_to_plan(demo):
    today = NOW.date()
    due = Due.objects.all()
    assert due.count() == Resident.objects.count()
    assert 0 < due.filter(due_on__lt=today).count() < due.count() / 4
    home = due.filter(resident__grid__code=f"{PROFILES['taibaihu'].home}001")
    assert home.filter(opens_on__lte=today).exists()
    assert LogEntry.objects.filter(author__username="worker").exists()
