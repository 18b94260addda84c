"""People are entered, changed, moved, taken out and taken up again; the numbers, the path and the record follow."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from residents import actions, fingerprints
from residents.errors import AlreadyThere, NotPossible, Stale
from residents.models import FloatingFacts, Gone, Household, Membership, Resident, Step
from tests.factories import make_grid, make_line
from tests.registers import identity_number, make_building, make_house, make_household, make_resident, phone_number

pytestmark = pytest.mark.django_db
BORN = dt.date(1990, 3, 4)


@pytest.fixture
def line():
    return make_line("worker", "secretary", "dispatcher")


@pytest.fixture
def house(line):
    return make_house(line.base)


def former(resident: Resident, step: Step) -> dict:
    return json.loads(resident.events.filter(step=step).latest("id").former.values)


def test_a_number_says_birth_and_sex_and_is_found_again_by_its_fingerprint(line, house):
    number = identity_number(BORN, 12)
    made = actions.add_resident(
        actor=line.worker, house=house, details={"name": "欧阳 测试", "identity_number": number, "phone": "12000000001"}
    )
    made.refresh_from_db()
    assert (made.born_on, made.sex, made.initials) == (BORN, "2", "oycs")
    assert made.identity_hash in fingerprints.of_identity(number)
    assert (made.identity_last4, made.phone_last4) == (number[-4:], "0001")
    assert made.path_ids == house.path_ids
    assert made.events.get().step == Step.ADD


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_repeated(line, house):
    with pytest.raises(ValidationError) as refused:
        actions.add_resident(
            actor=line.worker,
            house=house,
            details={
                "name": "=cmd|calc",
                "identity_number": "370899199003041234",
                "phone": "777",
                "ethnicity": "77",
                "since_on": timezone.localdate() + dt.timedelta(days=1),
            },
        )
    wrong = refused.value.message_dict
    assert set(wrong) == {"name", "identity_number", "phone", "ethnicity", "since_on"}
    assert not any(typed in str(wrong) for typed in ("cmd", "370899199003041234", "777"))


def test_a_birth_that_contradicts_the_number_is_refused(line, house):
    details = {"name": "王测试", "identity_number": identity_number(BORN), "born_on": dt.date(1991, 1, 1)}
    with pytest.raises(ValidationError, match="another date of birth"):
        actions.add_resident(actor=line.worker, house=house, details=details)


def test_who_is_in_the_register_is_not_entered_twice_and_is_shown_only_to_who_may_see_them(line, house):
    there = make_resident(house)
    elsewhere = make_resident(make_house(make_grid(line.community)))
    for known, told in ((there, there.pk), (elsewhere, None)):
        with pytest.raises(AlreadyThere, match="in the register") as refused:
            actions.add_resident(
                actor=line.worker, house=house, details={"name": "张三", "identity_number": known.identity_number}
            )
        assert refused.value.resident_id == told
    assert Resident.objects.count() == 2


def test_who_moved_away_elsewhere_comes_into_their_old_entry(line, house):
    gone = make_resident(make_house(make_grid(line.community)), name="张三")
    actions.leave(gone, actor=line.secretary, why=Gone.MOVED)
    details = {"name": "张三", "identity_number": gone.identity_number, "phone": "12000000009"}
    back = actions.add_resident(actor=line.worker, house=house, details=details)
    assert back.pk == gone.pk
    back.refresh_from_db()
    assert (back.gone, back.house_id, back.phone_last4, back.path_ids) == ("", house.pk, "0009", house.path_ids)


def test_who_may_not_change_that_grid_is_refused(line, house):
    foreign = make_house(make_grid(line.community))
    for actor, place in ((line.worker, foreign), (line.dispatcher, house)):
        with pytest.raises(PermissionDenied):
            actions.add_resident(actor=actor, house=place, details={"name": "张三"})


def test_a_form_filled_from_an_older_state_is_refused(line, house):
    person = make_resident(house)
    actions.edit_resident(person, actor=line.worker, details={"occupation": "教师"}, version=1)
    with pytest.raises(Stale, match="meanwhile"):
        actions.edit_resident(person, actor=line.worker, details={"occupation": "医生"}, version=1)


def test_the_record_holds_what_stood_there_before(line, house):
    person = make_resident(house)
    old = person.phone
    actions.edit_resident(person, actor=line.worker, details={"phone": phone_number(), "note": ""})
    event = person.events.get(step=Step.EDIT)
    assert (event.fields, event.actor) == (["phone"], line.worker)
    assert former(person, Step.EDIT) == {"phone": old}


def test_an_edit_that_changes_nothing_leaves_no_line(line, house):
    person = make_resident(house, name="王测试")
    actions.edit_resident(person, actor=line.worker, details={"name": person.name, "phone": person.phone})
    assert not person.events.exists()


def test_changing_the_number_to_one_that_stands_there_is_refused(line, house):
    one, two = make_resident(house), make_resident(house)
    with pytest.raises(AlreadyThere):
        actions.edit_resident(one, actor=line.worker, details={"identity_number": two.identity_number})


def test_who_changes_kind_loses_the_facts_of_the_old_one(line, house):
    details = {"name": "张三", "kind": "floating", "inflow_reason": "01", "home_region": "370899"}
    person = actions.add_resident(actor=line.worker, house=house, details=details)
    assert FloatingFacts.objects.get(pk=person.pk).inflow_reason == "01"
    actions.edit_resident(person, actor=line.worker, details={"kind": "left_behind", "group": "child"})
    person = Resident.objects.get(pk=person.pk)
    assert not FloatingFacts.objects.filter(pk=person.pk).exists()
    assert person.left_behind.group == "child"
    assert former(person, Step.EDIT)["inflow_reason"] == "01"


def test_who_moves_takes_the_path_of_the_new_house_and_stays_registered(line, house):
    person = make_resident(house)
    target = make_house(make_grid(line.community))
    actions.move_house(person, actor=line.secretary, house=target)
    person.refresh_from_db()
    assert (person.house_id, person.registered_house_id, person.path_ids) == (target.pk, house.pk, target.path_ids)
    assert not person.is_consistent
    assert former(person, Step.MOVE)["house"] == house.pk


def test_a_worker_cannot_move_somebody_into_a_grid_that_is_not_theirs(line, house):
    person = make_resident(house)
    with pytest.raises(PermissionDenied):
        actions.move_house(person, actor=line.worker, house=make_house(make_grid(line.community)))


def test_a_household_moves_as_one_under_the_same_head(line, house):
    head, wife, lodger = make_resident(house), make_resident(house), make_resident(house)
    old = make_household(head, wife)
    target = make_house(line.base)
    actions.move_house(wife, actor=line.worker, house=target, with_household=True)
    old.refresh_from_db()
    assert old.ended_on == timezone.localdate()
    new = Household.objects.open().get()
    assert (new.house_id, new.head_id) == (target.pk, head.pk)
    assert set(Resident.objects.filter(house=target)) == {head, wife}
    lodger.refresh_from_db()
    assert lodger.house_id == house.pk


def test_a_head_who_leaves_names_who_heads_the_household_then(line, house):
    head = make_resident(house, sex="1")
    wife, child = make_resident(house, sex="2"), make_resident(house)
    household = make_household(head, wife, child)
    Membership.objects.filter(resident=wife).update(kinship="12")
    Membership.objects.filter(resident=child).update(kinship="21")
    with pytest.raises(NotPossible, match="heads the household") as refused:
        actions.leave(head, actor=line.worker, why=Gone.DIED)
    assert refused.value.field == "new_head"
    actions.leave(head, actor=line.worker, why=Gone.DIED, new_head=wife)
    household.refresh_from_db()
    assert household.head_id == wife.pk
    assert dict(Membership.objects.filter(ended_on=None).values_list("resident", "kinship")) == {
        wife.pk: "02",
        child.pk: "21",
    }


def test_the_last_to_leave_ends_the_household_and_no_longer_leads_the_building(line):
    building = make_building(line.base)
    head = make_resident(make_house(line.base, building))
    building.head = head
    building.save(update_fields=["head"])
    household = make_household(head)
    actions.leave(head, actor=line.worker, why=Gone.MOVED)
    household.refresh_from_db()
    building.refresh_from_db()
    assert household.ended_on is not None
    assert building.head_id is None


def test_who_left_cannot_be_changed_and_can_come_back(line, house):
    person = make_resident(house)
    actions.leave(person, actor=line.worker, why=Gone.MOVED)
    with pytest.raises(NotPossible, match="no longer here"):
        actions.edit_resident(person, actor=line.worker, details={"note": "x"})
    other = make_house(line.base)
    actions.come_back(person, actor=line.worker, house=other)
    person.refresh_from_db()
    assert (person.gone, person.gone_on, person.house_id) == ("", None, other.pk)


def test_an_entry_made_twice_is_struck_and_frees_its_number(line, house):
    kept, double = make_resident(house), make_resident(house)
    number = double.identity_number
    actions.mark_double(double, actor=line.worker, of=kept)
    double.refresh_from_db()
    assert double.gone == Gone.DOUBLE
    actions.edit_resident(kept, actor=line.worker, details={"identity_number": number})
    with pytest.raises(NotPossible, match="Another entry"):
        actions.come_back(double, actor=line.worker)


def test_somebody_registered_here_may_live_elsewhere(line, house):
    person = actions.add_resident(actor=line.worker, registered_house=house, details={"name": "张三"})
    assert (person.house_id, person.registered_house_id, person.path_ids) == (None, house.pk, house.path_ids)
    with pytest.raises(NotPossible, match="lives or is registered"):
        actions.set_registered_house(person, actor=line.worker, house=None)


def test_a_day_to_come_is_refused(line, house):
    person = make_resident(house)
    with pytest.raises(NotPossible, match="not come yet"):
        actions.leave(person, actor=line.worker, why=Gone.MOVED, day=timezone.localdate() + dt.timedelta(days=1))
