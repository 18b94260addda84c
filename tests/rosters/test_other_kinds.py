"""Lists of houses, of organisations, of workers and their posts."""

import pytest
from django.utils import timezone

from accounts.models import AuditRecord, User
from grids.models import Post
from residents.credit_codes import check_character, organisation_check
from residents.models import Building, Estate, House, Organisation, Relocation
from tests.factories import make_grid, make_post, make_user
from tests.registers import make_building, make_estate, make_house, make_organisation, make_resident, phone_number
from tests.rosters.lists import applied, checked, mistakes, outcomes, taken_back

pytestmark = pytest.mark.django_db
HOUSES = ("所属网格", "小区", "楼栋", "单元", "房号", "房屋用途", "面积", "房主", "房主电话")
TRADERS = ("单位名称", "统一社会信用代码", "单位类型", "所属网格", "地址", "负责人", "负责人电话", "是否重点场所")
WORKERS = ("姓名", "工号", "联系电话", "岗位", "所属网格", "专兼职")


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def credit_code(number: int) -> str:
    body = f"{number:08d}"
    front = f"92370899{body}{organisation_check(body)}"
    return front + check_character(front)


def test_houses_come_in_with_their_buildings_and_twice_change_nothing(community, grid):
    make_building(grid, make_estate(community, name="颂运水庭小区"), number="4号楼")
    phone = phone_number()
    rows = [
        [grid.code, "颂运水庭", "4", "2", "301", "自住", "89.5", "王小明", phone],
        [grid.code, "颂运水庭", "四栋", "2", "302", "出租", "", "", ""],
        [grid.code, "颂运水庭", "5", "1", "101", "空置", "", "", ""],
        [grid.code, "颂运水庭", "5号楼", "1单元", "101室", "空置", "", "", ""],
    ]
    batch = checked(community, rows, HOUSES, kind="houses")
    assert outcomes(batch) == {"new": 3, "duplicate": 1}
    batch = applied(batch)
    assert batch.done == {"estates": 0, "buildings": 1, "stale": 0, "added": 3}
    assert (Estate.objects.count(), Building.objects.count()) == (1, 2)
    house = House.objects.get(room_no="301")
    assert (house.owner_phone, house.use, str(house.area), house.floor) == (phone, "owned", "89.50", 3)
    again = checked(community, rows[:3], HOUSES, kind="houses")
    assert outcomes(again) == {"unchanged": 3}
    taken_back(batch)
    assert (House.objects.count(), Building.objects.count(), Estate.objects.count()) == (0, 1, 1)


def test_a_house_that_changes_its_grid_takes_its_people_along_and_back(community, grid):
    other = make_grid(community)
    house = make_house(grid, address_key="甲|1|1|101", owner_phone=phone_number())
    person = make_resident(house)
    batch = checked(community, [[other.code, "甲", "1", "1", "101", "", "", "", phone_number()]], HOUSES, kind="houses")
    assert batch.rows.get().fields == ["owner_phone", "grid"]
    batch = applied(batch)
    person.refresh_from_db()
    assert person.grid_id == other.pk
    assert Relocation.objects.get().from_grid_id == grid.pk
    taken_back(batch)
    person.refresh_from_db()
    house.refresh_from_db()
    assert (house.grid_id, person.grid_id) == (grid.pk, grid.pk)


def test_a_house_that_people_moved_into_since_is_not_taken_back(community, grid):
    rows = [[grid.code, "颂运水庭", "4", "2", room, "", "", "", ""] for room in ("301", "302")]
    batch = applied(checked(community, rows, HOUSES, kind="houses"))
    make_resident(House.objects.get(room_no="301"))
    batch = taken_back(batch)
    assert (batch.done["undone"], batch.done["kept"]) == (1, 1)
    assert House.objects.get().room_no == "301"


def test_organisations_come_in_change_and_go_back(community, grid):
    known = make_organisation(grid, name="老字号", credit_code=credit_code(1), manager_phone=phone_number())
    phone = phone_number()
    rows = [
        ["老字号", known.credit_code, "个体工商户", grid.code, "", "孙老板", known.manager_phone, "是"],
        ["新商户", credit_code(2), "个体", grid.code, "颂运水庭沿街5号", "王老板", phone, "否"],
        ["别名", credit_code(2), "个体", grid.code, "", "", "", ""],
        ["错码", credit_code(3)[:-1] + "0", "个体", grid.code, "", "", "", ""],
    ]
    batch = checked(community, rows, TRADERS, kind="organisations")
    assert outcomes(batch) == {"changed": 1, "new": 1, "duplicate": 1, "refused": 1}
    assert mistakes(batch) == {("credit_code", "credit_check")}
    batch = applied(batch)
    known.refresh_from_db()
    assert (known.manager_name, known.is_key_site, known.version) == ("孙老板", True, 2)
    assert Organisation.objects.get(name="新商户").manager_phone == phone
    taken_back(batch)
    known.refresh_from_db()
    assert (known.manager_name, Organisation.objects.count()) == ("", 1)


def test_workers_get_accounts_and_posts_once(community, grid):
    rows = [
        ["王网格", "W001", phone_number(), "网格员", grid.code, "专职"],
        ["李网格", "W002", "", "网格长", grid.code, "兼职"],
        ["赵书记", "W003", "", "社区书记", grid.code, ""],
        ["孙主任", "W004", "", "系统管理员", grid.code, ""],
    ]
    batch = checked(community, rows, WORKERS, kind="workers")
    assert outcomes(batch) == {"new": 2, "refused": 2}
    assert mistakes(batch) == {("role", "role_node"), ("role", "code_unknown")}
    batch = applied(batch)
    assert sorted(Post.objects.values_list("user__display_name", "role", "employment")) == [
        ("李网格", "grid_leader", "part_time"),
        ("王网格", "grid_worker", "full_time"),
    ]
    worker = User.objects.get(employee_number="W001")
    assert worker.must_change_password
    assert worker.check_password(_first_password(batch, 2))
    assert outcomes(checked(community, rows[:2], WORKERS, kind="workers")) == {"unchanged": 2}


def test_workers_are_taken_back_unless_they_have_begun(community, grid):
    known = make_user(employee_number="W003", display_name="赵网格", phone="12000000003")
    rows = [
        ["王网格", "W001", phone_number(), "网格员", grid.code, "专职"],
        ["李网格", "W002", "", "网格长", grid.code, "兼职"],
        ["赵网格", "W003", "12000000004", "网格长", grid.code, ""],
    ]
    batch = applied(checked(community, rows, WORKERS, kind="workers"))
    known.refresh_from_db()
    assert known.phone == "12000000004"
    User.objects.filter(employee_number="W002").update(last_login=timezone.now())
    batch = taken_back(batch)
    assert (batch.done["undone"], batch.done["kept"]) == (2, 1)
    assert list(batch.rows.filter(result="kept").values_list("number", flat=True)) == [3]
    assert not User.objects.filter(employee_number="W001").exists()
    assert Post.objects.get(user__employee_number="W002").ends_on is None
    known.refresh_from_db()
    assert (known.phone, known.posts.get().ends_on) == ("12000000003", timezone.localdate())
    assert AuditRecord.objects.filter(action="rosters.take_back_account").count() == 1


def test_an_account_that_was_given_another_post_since_is_kept(community, grid):
    rows = [["王网格", "W001", phone_number(), "网格员", grid.code, "专职"]]
    batch = applied(checked(community, rows, WORKERS, kind="workers"))
    make_post(User.objects.get(employee_number="W001"), "grid_leader", grid)
    batch = taken_back(batch)
    assert (batch.done["undone"], batch.done["kept"]) == (0, 1)
    assert Post.objects.get().role == "grid_leader"


def _first_password(batch, number):
    from rosters.models import StagedWorker

    return StagedWorker.objects.get(row_id=batch.first_key + number).first_password
