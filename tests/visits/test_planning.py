"""When visits fall due: the shortest rule since the last visit that reached the person, kept in step in SQL."""

import datetime as dt
import random
import uuid

import pytest
from django.utils import timezone

from care.models import CareMembership, ContactDuty, Frequency, TierGrant
from grids.models import Post
from residents.models import LeftBehindFacts, Resident
from tests.factories import make_line, make_user
from tests.registers import (
    make_building,
    make_care_membership,
    make_contact_duty,
    make_grant,
    make_house,
    make_resident,
)
from visits import actions, planning, rules
from visits.models import Due

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)


def known_since(day: dt.date) -> dict[str, object]:
    return {"created_at": timezone.make_aware(dt.datetime.combine(day, dt.time(9)))}


def visit(line, *people, outcome="met", at=NOON, **fields):
    return actions.record(
        people[0].house,
        actor=line.worker,
        outcome=outcome,
        people=list(people),
        client_uuid=uuid.uuid4(),
        now=at,
        **fields,
    )


def test_a_resident_never_reached_falls_due_within_one_interval_of_becoming_known():
    line = make_line("worker")
    person = make_resident(make_house(line.base), **known_since(TODAY))
    planning.renew_district(line.district.pk, TODAY)
    due = Due.objects.get(resident=person)
    assert due.due_on == rules.due_on(None, TODAY, 180, None, person.house_id)
    assert TODAY <= due.due_on < TODAY + dt.timedelta(days=180)
    assert due.opens_on == due.due_on - dt.timedelta(days=30)


def test_a_household_falls_due_together():
    line = make_line("worker")
    house = make_house(line.base)
    people = [make_resident(house, **known_since(TODAY)) for _ in range(3)]
    planning.renew_district(line.district.pk, TODAY)
    assert len(set(Due.objects.filter(resident__in=people).values_list("due_on", flat=True))) == 1


def test_a_visit_that_reached_them_settles_it_for_an_interval():
    line = make_line("worker")
    house = make_house(line.base)
    ordinary, floating = make_resident(house), make_resident(house, kind="floating")
    visit(line, ordinary, floating)
    due = {row.pk: row for row in Due.objects.all()}
    assert due[ordinary.pk].reached_on == TODAY
    assert due[ordinary.pk].due_on == TODAY + dt.timedelta(days=180)
    assert due[floating.pk].due_on == TODAY + dt.timedelta(days=90)


def test_a_visit_that_found_nobody_leaves_it_due_and_counts_the_try():
    line = make_line("worker")
    person = make_resident(make_house(line.base), **known_since(TODAY - dt.timedelta(days=200)))
    planning.renew_district(line.district.pk, TODAY)
    before = Due.objects.get(resident=person).due_on
    visit(line, person, outcome="nobody")
    after = Due.objects.get(resident=person)
    assert (after.due_on, after.tries, after.last_outcome, after.reached_on) == (before, 1, "nobody", None)
    assert after.next_try == "evening"


def test_the_same_night_twice_writes_nothing():
    line = make_line("worker")
    house = make_house(line.base)
    for _ in range(5):
        make_resident(house)
    assert planning.renew_district(line.district.pk, TODAY).written == 5
    assert planning.renew_district(line.district.pk, TODAY).written == 0


def test_who_moved_away_or_died_is_due_no_more_and_comes_back_with_their_last_visit():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    visit(line, person)
    Resident.objects.filter(pk=person.pk).update(gone="moved", gone_on=TODAY)
    planning.renew_district(line.district.pk, TODAY)
    assert not Due.objects.filter(resident=person).exists()
    Resident.objects.filter(pk=person.pk).update(gone="", gone_on=None)
    planning.renew_district(line.district.pk, TODAY)
    assert Due.objects.get(resident=person).reached_on == TODAY


def test_a_district_leaves_the_residents_of_another_alone():
    line, other = make_line("worker"), make_line("worker")
    make_resident(make_house(line.base))
    make_resident(make_house(other.base))
    assert planning.renew_district(line.district.pk, TODAY).written == 1


def in_force(person, tier, starts_on, ends_on=None):
    """Put a tier's grant there as it is: what care's own tests hold is not asked here."""
    people = [make_user() for _ in range(3)]
    return TierGrant.objects.create(
        district_id=person.district_id,
        resident=person,
        tier=tier,
        reason_code=f"{tier}-x",
        fact="x",
        basis="x",
        days=1,
        state="in_force",
        proposed_by=people[0],
        proposed_at=NOON,
        approved_by=people[1],
        approved_at=NOON,
        seconded_by=people[2],
        seconded_at=NOON,
        starts_on=starts_on,
        ends_on=ends_on or TODAY + dt.timedelta(days=30),
    )


def reached(person, days_ago):
    """Have them reached so many days before TODAY."""
    planning.renew_district(person.district_id, TODAY)
    day = TODAY - dt.timedelta(days=days_ago)
    Due.objects.filter(pk=person.pk).update(reached_on=day, last_outcome="met")
    planning.renew_district(person.district_id, TODAY)
    return Due.objects.get(pk=person.pk)


def test_a_care_group_asks_for_a_monthly_visit():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    long_ago = TODAY - dt.timedelta(days=300)
    CareMembership.objects.create(
        district=line.district, resident=person, group="hardship", source="visit", started_on=long_ago
    )
    due = reached(person, 10)
    assert (due.due_on, due.basis) == (TODAY + dt.timedelta(days=20), "care")


def test_a_tenant_is_visited_as_a_rental_house_and_a_left_behind_child_monthly():
    line = make_line("worker")
    tenants = [make_resident(make_house(line.base, use=use)) for use in ("rented", "group_let")]
    child = make_resident(make_house(line.base), born_on=dt.date(2018, 1, 1))
    LeftBehindFacts.objects.create(resident=child, group="child")
    for person in (*tenants, child):
        assert reached(person, 0).due_on == TODAY + dt.timedelta(days=30)


def test_a_contact_household_is_due_monthly_by_its_building_or_its_own_duty():
    line = make_line("worker")
    building = make_building(line.base)
    person = make_resident(make_house(line.base, building))
    post = Post.objects.get(user=line.worker)
    ContactDuty.objects.create(
        district=line.district, post=post, worker=line.worker, building=building, started_on=dt.date(2026, 1, 1)
    )
    due = reached(person, 3)
    assert (due.due_on, due.basis) == (TODAY + dt.timedelta(days=27), "contact")


def test_a_heightened_tier_stands_apart_from_the_day_that_everybody_may_know():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    in_force(person, "red", TODAY)
    due = reached(person, 1)
    assert due.due_on == TODAY + dt.timedelta(days=179)
    assert (due.discreet_due_on, due.discreet_opens_on) == (TODAY, TODAY)


def test_orange_is_due_each_week_and_yellow_each_month_even_where_blue_would_be_less_often():
    line = make_line("worker")
    orange, yellow = (make_resident(make_house(line.base), kind="floating") for _ in range(2))
    in_force(orange, "orange", TODAY - dt.timedelta(days=20))
    in_force(yellow, "yellow", TODAY - dt.timedelta(days=20))
    assert reached(orange, 1).discreet_due_on == TODAY + dt.timedelta(days=6)
    due = reached(yellow, 1)
    assert (due.due_on, due.basis) == (TODAY + dt.timedelta(days=29), "care")


@pytest.mark.parametrize("state", ["proposed", "refused"])
def test_a_tier_that_is_not_granted_changes_nothing(state):
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    make_grant(person, "yellow", state=state, **({"closed_at": NOON} if state == "refused" else {}))
    due = reached(person, 1)
    assert (due.due_on, due.discreet_due_on) == (TODAY + dt.timedelta(days=179), None)


def test_the_aged_are_visited_as_the_district_says_from_their_80th_birthday_on():
    line = make_line("worker")
    eighty, younger = (make_resident(make_house(line.base), born_on=dt.date(1946, 3, day)) for day in (2, 3))
    Frequency.objects.create(district=line.district, subject="aged_80", days=60, valid_from=NOON)
    assert reached(eighty, 0).due_on == TODAY + dt.timedelta(days=60)
    assert reached(younger, 0).due_on == TODAY + dt.timedelta(days=180)


def test_a_care_group_that_one_has_left_asks_for_nothing_more():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    make_care_membership(person, "unemployed", ended_on=TODAY)
    assert reached(person, 0).due_on == TODAY + dt.timedelta(days=180)


def test_a_house_s_own_contact_duty_goes_before_its_building_s():
    line = make_line("worker")
    building = make_building(line.base)
    person, neighbour = (make_resident(make_house(line.base, building)) for _ in range(2))
    post = Post.objects.get(user=line.worker)
    make_contact_duty(post, building, started_on=TODAY - dt.timedelta(days=90))
    make_contact_duty(post, person.house, started_on=TODAY)
    assert reached(person, 100).due_on == TODAY
    assert reached(neighbour, 100).due_on == TODAY - dt.timedelta(days=70)


def test_a_tier_that_is_over_asks_for_nothing():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    in_force(person, "red", TODAY - dt.timedelta(days=9), TODAY - dt.timedelta(days=1))
    assert reached(person, 1).discreet_due_on is None


def test_nobody_is_overdue_from_before_a_rule_that_began_today():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    CareMembership.objects.create(
        district=line.district, resident=person, group="disabled", source="visit", started_on=TODAY
    )
    assert reached(person, 100).due_on == TODAY


def test_a_districts_own_frequency_holds():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    Frequency.objects.create(district=line.district, subject="green", days=60, valid_from=NOON)
    assert reached(person, 0).due_on == TODAY + dt.timedelta(days=60)


def test_a_grids_plan_sees_what_changed_since_last_night():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    reached(person, 29)
    CareMembership.objects.create(
        district=line.district, resident=person, group="hardship", source="visit", started_on=dt.date(2026, 1, 1)
    )
    planning.renew_grid(line.base, TODAY)
    assert Due.objects.get(pk=person.pk).due_on == TODAY + dt.timedelta(days=1)


def test_by_sql_and_by_rule_the_same_day_is_due_whatever_holds():
    """The shortest of all rules wins, for every mixture of them; nobody has two due visits (the key sees to that)."""
    line, rng = make_line("worker"), random.Random(7)
    post, expected = Post.objects.get(user=line.worker), {}
    for _ in range(60):
        house = make_house(line.base, use=rng.choice(["owned", "owned", "rented"]))
        known = TODAY - dt.timedelta(days=rng.randrange(400))
        person = make_resident(house, kind=rng.choice(["registered", "floating"]), **known_since(known))
        last = rng.choice([None, TODAY - dt.timedelta(days=rng.randrange(200))])
        if last is not None:
            visit(line, person, at=dt.datetime.combine(last, dt.time(4), dt.UTC))
        is_blue = person.kind == "floating" or house.use == "rented"
        holding = [(90 if is_blue else 180, None)] + ([(30, None)] if house.use == "rented" else [])
        if rng.random() < 0.5:
            since = TODAY - dt.timedelta(days=rng.randrange(100))
            CareMembership.objects.create(
                district=line.district, resident=person, group="hardship", source="visit", started_on=since
            )
            holding.append((30, since))
        if rng.random() < 0.3:
            since = TODAY - dt.timedelta(days=rng.randrange(100))
            ContactDuty.objects.create(
                district=line.district, post=post, worker=line.worker, house=house, started_on=since
            )
            holding.append((30, since))
        expected[person.pk] = min(rules.due_on(last, known, days, since, house.pk) for days, since in holding)
    planning.renew_district(line.district.pk, TODAY)
    assert dict(Due.objects.values_list("pk", "due_on")) == expected
