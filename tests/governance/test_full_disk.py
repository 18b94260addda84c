"""A disk that fills while an upload comes in: the sender is told in words, and nothing is half saved."""

import errno
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadhandler import TemporaryUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from accounts import tokens
from tests.factories import make_category, make_line
from tests.pictures import photo
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


class FullFile:
    """A temporary file on a disk that has room for nothing, as the operating system would say it."""

    def __init__(self, real, error: int) -> None:
        self.real, self.error = real, error

    def write(self, data: bytes) -> int:
        raise OSError(self.error, "No space left on device")

    def __getattr__(self, name: str):
        return getattr(self.real, name)


@pytest.fixture(params=[errno.ENOSPC, errno.EDQUOT])
def full_disk(monkeypatch, request):
    made = TemporaryUploadedFile.__init__

    def full(self, *args, **kwargs) -> None:
        made(self, *args, **kwargs)
        self.file = FullFile(self.file, request.param)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", full)


@pytest.fixture
def line():
    return make_line("worker")


def form(line) -> dict:
    return {
        "category": make_category().pk,
        "description": "路灯不亮",
        "lng": "116.505",
        "lat": "35.405",
        "client_uuid": "00000000-0000-4000-8000-000000000009",
        "photos": photo(),
    }


@pytest.mark.usefixtures("full_disk")
def test_the_page_says_that_the_disk_is_full_and_that_nothing_was_saved(line):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(line.worker)
    browser.get("/work-orders/report/")
    token = browser.cookies["csrftoken"].value
    answer = browser.post("/work-orders/report/", form(line) | {"csrfmiddlewaretoken": token})
    page = answer.content.decode()
    assert answer.status_code == 507
    assert "服务器磁盘已满" in page
    assert not WorkOrder.objects.exists()


@pytest.mark.usefixtures("full_disk")
def test_the_api_says_so_too(line):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(line.worker).key}")
    answer = client.post("/api/v1/work-orders/", form(line), format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert not WorkOrder.objects.exists()


def test_a_directory_that_is_really_full_is_told_the_same_way(line, settings, monkeypatch):
    """The kernel's own device that is always full, in the place of the temporary file."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    real = tempfile.NamedTemporaryFile

    def on_the_full_disk(*args, **kwargs):
        file = real(*args, **kwargs)
        file.file.close()
        file.file = open("/dev/full", "wb")  # noqa: SIM115 - closed with the temporary file
        return file

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", on_the_full_disk)
    browser = Client(raise_request_exception=False)
    browser.force_login(line.worker)
    assert browser.post("/work-orders/report/", form(line)).status_code == 507


def test_another_fault_of_the_disk_stays_a_fault(line, monkeypatch):
    def broken(self, data: bytes, start: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", broken)
    browser = Client(raise_request_exception=False)
    browser.force_login(line.worker)
    assert browser.post("/work-orders/report/", form(line)).status_code == 500
