"""What a list holds stays with those who keep its area: rights, encrypted files, clean logs, and an end to it."""

import datetime as dt
import io
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import retention
from accounts.models import AuditRecord
from grids.roles import Role
from residents.models import Resident
from rosters import actions, files
from rosters.models import Batch, Made, Problem, Row, StagedResident
from tests.factories import make_grid, make_post, make_user
from tests.registers import identity_number, phone_number
from tests.rosters.lists import applied, checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def row(grid, name="王小明"):
    return [name, identity_number(), phone_number(), grid.code, "颂运水庭4号楼2单元301室"]


@pytest.mark.parametrize(
    ("role", "kind", "may"),
    [
        (Role.COMMUNITY_SECRETARY, "residents", True),
        (Role.COMMUNITY_SECRETARY, "workers", False),
        (Role.GRID_WORKER, "residents", False),
    ],
)
def test_only_who_keeps_the_registers_brings_lists_in(role, kind, may, community, grid):
    node = community if role == Role.COMMUNITY_SECRETARY else grid
    person = make_user()
    make_post(person, role, node)
    if may:
        actions.check_rights(person, kind, node)
        with pytest.raises(PermissionDenied):
            actions.check_rights(person, kind, community.parent)
    else:
        with pytest.raises(PermissionDenied):
            actions.check_rights(person, kind, node)


def test_whoever_set_the_installation_up_sees_no_lists_of_residents(community, grid):
    person = make_user(is_superuser=True)
    batch = checked(community, [row(grid)])
    with pytest.raises(PermissionDenied):
        actions.check_rights(person, "residents", community)
    assert batch not in Batch.objects.visible_to(person)


def test_a_kept_file_is_unreadable_on_disk_and_whole_when_read(settings):
    content = b"secret " * 400_000
    name, _digest, size = files.keep(io.BytesIO(content), 10**9)
    kept = settings.VAR_DIR / "rosters" / "kept" / name
    assert size == len(content)
    assert b"secret" not in kept.read_bytes()
    with files.readable(name, ".csv") as path:
        assert path.read_bytes() == content
    assert not path.exists()
    kept.write_bytes(kept.read_bytes()[: 1024 * 1024 + 32])
    with pytest.raises(files.Spoilt), files.readable(name, ".csv"):
        pass
    files.delete(name)
    assert not kept.exists()


def test_numbers_stand_encrypted_in_what_is_staged(community, grid):
    cells = row(grid)
    checked(community, [cells])
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_number, phone FROM rosters_stagedresident")
        assert not {cells[1], cells[2]} & set(cursor.fetchone())
    staged = StagedResident.objects.get()
    assert (staged.identity_number, staged.phone) == (cells[1], cells[2])


@pytest.mark.django_db(transaction=True)
def test_a_failure_in_the_database_shows_nobodys_data(caplog, community, grid):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE residents_resident ADD CONSTRAINT not_her CHECK (name <> '李小花') NOT VALID")
    try:
        cells = row(grid, "李小花")
        with caplog.at_level(logging.DEBUG):
            batch = applied(checked(community, [cells]))
        assert batch.state == "failed"
        said = caplog.text + batch.failure + str(list(AuditRecord.objects.values("detail")))
        assert "not_her" in caplog.text
        assert not any(cell in said for cell in (cells[0], cells[1], cells[2], "颂运水庭"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE residents_resident DROP CONSTRAINT not_her")


def test_the_command_prints_nobodys_data(tmp_path, community, grid):
    cells, wrong = row(grid), [*row(grid)[:2], "1380053", grid.code, ""]
    path = tmp_path / "名单.csv"
    path.write_bytes(csv_of([cells, wrong]).getvalue())
    out = io.StringIO()
    call_command("import_residents", str(path), node=community.code, dry_run=True, stdout=out)
    assert not Resident.objects.exists()
    assert not StagedResident.objects.exists()
    call_command("import_residents", str(path), node=community.code, decide_all=True, stdout=out)
    assert Resident.objects.get().name == cells[0]
    assert not any(text in out.getvalue() for text in (*cells[:3], *wrong[:3]))


def test_each_step_is_one_line_of_the_audit_log(community, grid):
    applied(checked(community, [row(grid)]))
    said = list(
        AuditRecord.objects.filter(action__startswith="rosters.").order_by("id").values_list("action", flat=True)
    )
    assert said == ["rosters.upload", "rosters.check", "rosters.decide", "rosters.apply"]


def test_rows_and_files_are_deleted_thirty_days_after_the_end(
    settings, community, grid, django_capture_on_commit_callbacks
):
    batch = applied(checked(community, [row(grid), [*row(grid)[:2], "123", grid.code, ""]]))
    assert [outcome.count for outcome in retention.run(timezone.now(), only="rosters")] == [0]
    Batch.objects.update(ended_at=timezone.now() - dt.timedelta(days=31))
    assert [outcome.count for outcome in retention.run(timezone.now(), is_trial=True, only="rosters")] == [1]
    with django_capture_on_commit_callbacks(execute=True):
        assert [outcome.count for outcome in retention.run(timezone.now(), only="rosters")] == [1]
    assert not any(model.objects.exists() for model in (Row, StagedResident, Problem, Made))
    assert not (settings.VAR_DIR / "rosters" / "kept" / batch.file).exists()
    with pytest.raises(actions.InvalidRoster):
        actions.undo(batch, actor=None)
    assert Resident.objects.count() == 1
