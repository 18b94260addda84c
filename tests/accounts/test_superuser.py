"""The first account of an installation: made by a command, administers, and sees nobody's business."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import AuditRecord, User
from tests.factories import PASSWORD, make_line, make_order
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def create(capsys, *arguments):
    call_command("create_admin", *arguments)
    return capsys.readouterr().out


def test_the_command_makes_an_administrator_with_a_password_shown_once(client, capsys):
    said = create(capsys, "boss", "Zhang Wei", "--generate")
    password = said.split(": ")[-1].strip()
    user = User.objects.get()
    assert (user.username, user.display_name, user.is_superuser) == ("boss", "Zhang Wei", True)
    assert client.post("/accounts/sign-in/", {"username": "boss", "password": password}).status_code == 302
    assert client.get("/accounts/users/").url == "/accounts/password/"
    record = AuditRecord.objects.get(action="accounts.add_user")
    assert record.actor is None
    assert password not in str(record.detail)


@pytest.mark.parametrize(
    ("name", "complaint"), [("boss", "taken"), ("BOSS", "taken"), ("no good", "valid username"), ("x" * 51, "50")]
)
def test_the_command_refuses_a_wrong_name_in_words(capsys, name, complaint):
    create(capsys, "boss", "--generate")
    with translation.override("en"), pytest.raises(CommandError, match=complaint):
        create(capsys, name, "--generate")
    assert User.objects.count() == 1


def test_the_command_asks_nobody_when_nobody_is_there(capsys):
    with pytest.raises(CommandError, match="--generate"):
        create(capsys, "boss")
    assert not User.objects.exists()


def test_a_superuser_administers_and_sees_no_orders(client):
    line = make_line("worker")
    order = make_order(line)
    boss = User.objects.create_superuser("boss", PASSWORD, display_name="Boss")
    client.force_login(boss)
    assert client.get("/accounts/users/").status_code == 200
    assert client.get("/accounts/audit/").status_code == 200
    assert client.get(f"/work-orders/{order.pk}/").status_code == 404
    assert order.number not in client.get("/work-orders/").content.decode()
    assert not WorkOrder.objects.visible_to(boss).exists()
    assert not boss.has_perm("workorders.view")
    assert not boss.has_perm("no.such_permission")


def test_a_superuser_without_a_post_finds_the_way_from_the_workbench(client):
    client.force_login(User.objects.create_superuser("boss", PASSWORD, display_name="Boss"))
    found = {door.name for door, _url in client.get("/").context["doors"]}
    assert {"grids:tree", "grids:posts", "accounts:users", "accounts:audit"} <= found
