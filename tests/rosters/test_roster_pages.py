"""The pages of a roster, from the upload to the report, as a community secretary goes through them."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRecord, User
from grids.roles import Role
from residents.models import Resident
from rosters import running
from rosters.models import Batch
from tests.accounts.test_refusing_tables import book_bytes
from tests.factories import make_grid, make_post, make_user
from tests.old_workbook import old_workbook
from tests.registers import identity_number, make_house, make_resident, phone_number
from tests.rosters.lists import HEADINGS, checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def signed_in(role, node) -> Client:
    client = Client()
    client.force_login(make_post(make_user(), role, node).user)
    return client


@pytest.fixture
def desk(community):
    return signed_in(Role.COMMUNITY_SECRETARY, community)


def row(grid, name="王小明", number=None, room="301"):
    return [name, number or identity_number(), phone_number(), grid.code, f"颂运水庭4号楼2单元{room}室"]


def sent(desk, community, content: bytes, name="名单.csv", **more):
    data = {"kind": "residents", "node": community.code, "file": SimpleUploadedFile(name, content), **more}
    return desk.post(reverse("rosters:upload"), data)


def uploaded(desk, community, rows, headings=HEADINGS, **more) -> Batch:
    answer = sent(desk, community, csv_of(rows, headings).getvalue(), **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.latest("id")


def matched(desk, batch: Batch, **more: str) -> Batch:
    chosen = {f"column_{at}": field for at, field in batch.matching.items()}
    desk.post(reverse("rosters:match", args=[batch.pk]), chosen | more)
    return running.run(batch.pk)


def page(desk, batch: Batch) -> str:
    return desk.get(batch.get_absolute_url()).content.decode()


def test_the_whole_way_from_the_file_to_the_register_and_back(desk, community, grid):
    batch = uploaded(desk, community, [row(grid), row(grid, "李华", room="302")])
    assert "身份证号" in page(desk, batch)
    chosen = {f"column_{at}": field for at, field in batch.matching.items()}
    desk.post(reverse("rosters:match", args=[batch.pk]), chosen)
    assert "every 2s" in page(desk, batch)
    running.run(batch.pk)
    assert desk.get(reverse("rosters:progress", args=[batch.pk])).headers["HX-Refresh"] == "true"
    assert re.search(r'tile-number">2<.*?新增', page(desk, batch))
    desk.post(reverse("rosters:decide", args=[batch.pk]), {"rule_new": "apply", "then": "apply"})
    running.run(batch.pk)
    assert Resident.objects.count() == 2
    assert "撤销导入" in page(desk, batch)
    desk.post(reverse("rosters:undo", args=[batch.pk]))
    running.run(batch.pk)
    assert not Resident.objects.filter(gone="").exists()
    assert "已撤销" in page(desk, batch)
    assert batch.file_name in desk.get(reverse("rosters:list")).content.decode()


def with_macros() -> bytes:
    file = io.BytesIO(book_bytes())
    with zipfile.ZipFile(file, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO(book_bytes())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image1.bmp", bytes(60 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("名单.xlsx", with_macros(), "宏"),
        ("名单.xlsm", book_bytes(), "宏"),
        ("名单.xlsx", bomb(), "体积异常"),
        ("名单.xlsx", b"a,b\n", "另存为 .xlsx"),
        ("名单.csv", old_workbook(), "另存为 .xlsx"),
        ("名单.xlsx", old_workbook() + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("名单.xlsx", book_bytes(["x"] * 16_384), "16384"),
        ("名单.csv", "姓名,身份证号\n甲,\0\n".encode(), "第 2 行"),
        ("名单.csv", '姓名,身份证号\n甲,"1\n乙,2\n'.encode(), "第 2 行"),
        ("名单.csv", "甲,乙\n1,2\n".encode(), "模板"),
        ("名单.pdf", b"%PDF-1.7", ".pdf"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_at_its_field_and_nothing_is_kept(
    desk, community, settings, tmp_path, name, content, words
):
    settings.VAR_DIR = tmp_path
    answer = sent(desk, community, content, name)
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors["file"])
    assert not Batch.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_quotes_that_do_not_pair_far_down_end_the_check_with_their_row(desk, community, grid):
    content = csv_of([row(grid)] * 100).getvalue() + '王明,"1'.encode()
    assert sent(desk, community, content).status_code == 302
    batch = matched(desk, Batch.objects.get())
    assert batch.state == "failed"
    assert "第 102 行" in page(desk, batch)


def test_a_file_above_the_limit_is_refused_with_the_remedy(desk, community, settings):
    settings.ROSTER_MAX_BYTES = 100
    answer = sent(desk, community, b"x" * 200)
    assert answer.status_code == 400
    assert "拆分" in str(answer.context["form"].errors["file"])


def test_all_mistakes_are_shown_at_once_masked_with_row_and_remedy(desk, community, grid):
    good, secret = identity_number(), identity_number()
    rows = [
        row(grid, number=good[:-1] + ("0" if good[-1] != "0" else "1")),
        row(grid, number="3.70811E+17"),
        ["=cmd|' /C calc'!A0", secret, "1290000", grid.code, ""],
        ["", identity_number(), "", "没有的网格", ""],
    ]
    batch = matched(desk, uploaded(desk, community, rows))
    shown = page(desk, batch)
    assert {(field, code) for field, code, *_ in batch.problems} >= {
        ("identity_number", "identity_check"),
        ("identity_number", "lost_digits"),
        ("name", "looks_like_formula"),
        ("name", "needed"),
        ("grid", "node_unknown"),
    }
    assert "设为文本格式" in shown
    for number in ("第 2 行", "第 3 行", "第 4 行", "第 5 行"):
        assert number in shown
    refused = desk.get(reverse("rosters:rows", args=[batch.pk, "refused"])).content.decode()
    assert "末尾数字已丢失" in refused
    group = desk.get(reverse("rosters:problems", args=[batch.pk]), {"field": "name", "code": "needed"})
    assert group.context["page"].rows[0].number == 5
    for text in (shown, refused):
        assert secret not in text
        assert good[:-1] not in text
    assert desk.get(reverse("rosters:problems", args=[batch.pk]), {"code": "nothing"}).status_code == 404


def test_a_name_from_a_formula_without_a_value_is_an_empty_name(community, grid):
    """The warning about the formula does not stand for the name that is missing."""
    book = openpyxl.Workbook()
    book.active.append(list(HEADINGS))
    book.active.append(["=1+1", identity_number(), "", grid.code, ""])
    file = io.BytesIO()
    book.save(file)
    desk = signed_in(Role.COMMUNITY_SECRETARY, community)
    assert sent(desk, community, file.getvalue(), "名单.xlsx").status_code == 302
    batch = matched(desk, Batch.objects.get())
    assert batch.counts == {"refused": 1}


def test_who_brought_the_file_gets_it_back_with_the_reasons_and_that_is_on_record(desk, community, grid):
    number = identity_number()
    rows = [row(grid), row(grid, "=1+1", number=number, room="302")]
    batch = matched(desk, uploaded(desk, community, rows))
    url = reverse("rosters:copy", args=[batch.pk])
    answer = desk.post(url)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert cells[0][1:] == list(HEADINGS)
    assert cells[1][0] is None
    assert "公式符号" in cells[2][0]
    assert cells[2][1:3] == ["=1+1", number]
    assert sheet.cell(3, 2).quotePrefix
    assert AuditRecord.objects.filter(action="rosters.copy").count() == 1
    colleague = signed_in(Role.COMMUNITY_SECRETARY, community)
    assert colleague.get(batch.get_absolute_url()).status_code == 200
    assert colleague.post(url).status_code == 403


def test_a_copy_of_a_long_file_holds_only_the_rows_to_mend(desk, community, grid, monkeypatch):
    monkeypatch.setattr("rosters.views.files.WHOLE_UP_TO", 1)
    batch = matched(desk, uploaded(desk, community, [row(grid), row(grid, "=1", room="302"), row(grid, room="303")]))
    answer = desk.post(reverse("rosters:copy", args=[batch.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [line[1].value for line in sheet.iter_rows()] == ["姓名", "=1"]


def test_the_template_can_be_filled_in_and_brought_in(desk, community, grid):
    answer = desk.get(reverse("rosters:template", args=["residents"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    values = {"姓名": "王小明", "身份证号": identity_number(), "所属网格": grid.code}
    sheet.append([values.get(heading) for heading in headings])
    file = io.BytesIO()
    book.save(file)
    assert sent(desk, community, file.getvalue(), "residents-template.xlsx").status_code == 302
    batch = matched(desk, Batch.objects.get())
    assert batch.counts == {"new": 1}, batch.problems
    assert len(batch.matching) == len(headings)
    assert desk.get(reverse("rosters:template", args=["workers"])).status_code == 403
    assert desk.get(reverse("rosters:template", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("kind", ["houses", "organisations", "workers"])
def test_every_heading_of_a_template_means_its_own_column(community, kind):
    desk = Client()
    user = make_user(is_superuser=True)
    make_post(user, Role.SYS_ADMIN, community.get_root())
    make_post(user, Role.DUTY_CHIEF, community.get_root())
    desk.force_login(user)
    answer = desk.get(reverse("rosters:template", args=[kind]))
    content = b"".join(answer.streaming_content)
    assert sent(desk, community, content, "t.xlsx", kind=kind).status_code == 302
    batch = Batch.objects.get()
    assert len(batch.matching) == len(batch.headings)


def test_a_guess_is_marked_and_what_was_chosen_instead_is_remembered(desk, community, grid):
    headings = ("姓名", "身份证号", "本人联系电话", "所属网格", "现住地址")
    batch = uploaded(desk, community, [row(grid)], headings)
    assert page(desk, batch).count("is-guess") == 1
    matched(desk, batch, column_2="")
    again = uploaded(desk, community, [row(grid)], headings)
    assert "2" not in again.matching
    assert "is-guess" not in page(desk, again)


def test_columns_that_hold_the_same_or_lack_the_name_are_refused_on_the_page(desk, community, grid):
    batch = uploaded(desk, community, [row(grid)])
    url = reverse("rosters:match", args=[batch.pk])
    twice = desk.post(url, {"column_0": "name", "column_1": "name"})
    assert twice.status_code == 409
    assert "notice-error" in twice.content.decode()
    assert desk.post(url, {"column_1": "identity_number"}).status_code == 409
    batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_marked_rows_are_decided_and_nothing_undecided_is_written(desk, community, grid):
    batch = matched(desk, uploaded(desk, community, [row(grid), row(grid, "李华", room="302")]))
    url = reverse("rosters:decide-rows", args=[batch.pk])
    answer = desk.post(url, {"row": ["3"], "decision": "apply", "outcome": "new", "query": ""})
    assert answer.url == reverse("rosters:rows", args=[batch.pk, "new"])
    desk.post(url, {"decision": "apply", "outcome": "new"})  # nothing marked
    desk.post(reverse("rosters:apply", args=[batch.pk]))
    running.run(batch.pk)
    assert [person.name for person in Resident.objects.all()] == ["李华"]


def test_what_nobody_decided_is_not_written_and_the_page_says_so(desk, community, grid):
    batch = matched(desk, uploaded(desk, community, [row(grid)]))
    answer = desk.post(reverse("rosters:decide", args=[batch.pk]), {"rule_new": "", "then": "apply"}, follow=True)
    assert "notice-error" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.state == "ready"


def test_what_differs_is_shown_field_by_field_and_masked(desk, community, grid):
    person = make_resident(make_house(grid, address_key="颂运水庭|4|2|301"), name="李华", phone="12900000001")
    rows = [["李华", person.identity_number, "12900000002", grid.code, ""]]
    batch = matched(desk, uploaded(desk, community, rows))
    shown = desk.get(reverse("rosters:rows", args=[batch.pk, "changed"])).content.decode()
    assert "129****0001" in shown
    assert "129****0002" in shown
    assert person.identity_number not in shown
    assert "李华" not in shown
    assert person.get_absolute_url() in shown


def test_a_roster_that_is_given_up_is_closed_and_its_file_gone(desk, community, grid):
    batch = uploaded(desk, community, [row(grid)])
    desk.post(reverse("rosters:cancel", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, batch.file) == ("cancelled", "")
    assert "放弃" in page(desk, batch)


def test_lists_of_workers_are_for_who_manages_posts_and_the_registers_are_not(community, grid):
    administrator = signed_in(Role.SYS_ADMIN, community.get_root())
    form = administrator.get(reverse("rosters:upload")).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["workers"]
    residents = checked(community, [row(grid)])
    workers = checked(community, [["王小明", "网格员", grid.code]], ("姓名", "岗位", "所属网格"), kind="workers")
    assert administrator.get(residents.get_absolute_url()).status_code == 404
    assert administrator.get(workers.get_absolute_url()).status_code == 200
    secretary = signed_in(Role.COMMUNITY_SECRETARY, community)
    assert secretary.get(workers.get_absolute_url()).status_code == 404
    worker = signed_in(Role.GRID_WORKER, grid)
    assert worker.get(reverse("rosters:list")).status_code == 403
    assert worker.get(reverse("rosters:upload")).status_code == 403


def test_first_passwords_are_taken_along_once_by_who_had_the_list_written(community, grid):
    desk, colleague = (signed_in(Role.SYS_ADMIN, community.get_root()) for _ in range(2))
    rows = [["王网格", "W001", "网格员", grid.code]]
    batch = uploaded(desk, community, rows, ("姓名", "工号", "岗位", "所属网格"), kind="workers")
    batch = matched(desk, batch)
    desk.post(reverse("rosters:decide", args=[batch.pk]), {"rule_new": "apply", "then": "apply"})
    assert running.run(batch.pk).state == "applied"
    url = reverse("rosters:passwords", args=[batch.pk])
    assert url in page(desk, batch)
    assert url not in page(colleague, batch)
    assert colleague.post(url).status_code == 403
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(desk.post(url).streaming_content))).active
    name, username, password = (cell.value for cell in sheet[2])
    assert (name, username) == ("王网格", "W001")
    assert User.objects.get(username="W001").check_password(password)
    assert "notice-error" in desk.post(url, follow=True).content.decode()
    assert url not in page(desk, batch)


def test_an_area_that_is_not_ones_own_cannot_be_chosen(desk, community):
    elsewhere = make_grid(community.parent)
    answer = sent(desk, elsewhere, csv_of([row(elsewhere)]).getvalue())
    assert answer.status_code == 400
    assert "node" in answer.context["form"].errors


def test_the_lists_take_as_many_queries_for_many_rows_as_for_few(desk, community, grid, django_assert_max_num_queries):
    rows = [
        row(grid, f"王{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊'[n // 10]}", room=str(301 + n)) for n in range(50)
    ]
    rows += [row(grid, "", room=str(500 + n)) for n in range(3)]
    batch = matched(desk, uploaded(desk, community, rows))
    with django_assert_max_num_queries(14):
        desk.get(reverse("rosters:rows", args=[batch.pk, "new"]))
    with django_assert_max_num_queries(14):
        page(desk, batch)
    with django_assert_max_num_queries(12):
        desk.get(reverse("rosters:list"))


def test_a_row_that_names_a_grid_elsewhere_is_refused_and_the_others_are_taken(desk, community, grid):
    elsewhere = make_grid(make_grid(make_grid()))
    batch = checked(community, [row(grid), row(elsewhere, "李华")])
    assert batch.counts == {"new": 1, "refused": 1}, batch.failure
    shown = page(desk, batch)
    assert "李华" not in shown
    assert elsewhere.code[:6] not in shown
