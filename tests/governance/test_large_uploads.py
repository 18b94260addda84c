"""A request with files that is larger than any form takes: answered before any of it is read or written."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from accounts import tokens
from tests.factories import Line, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(settings) -> Line:
    settings.UPLOAD_MAX_BYTES = 20_000
    return make_line()


@pytest.fixture
def _no_temporary_files(monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail("a temporary file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)


def large() -> dict[str, object]:
    return {"description": "x", "photos": SimpleUploadedFile("a.jpg", b"x" * 30_000)}


@pytest.mark.usefixtures("_no_temporary_files")
def test_the_page_says_that_it_is_too_large_also_where_the_forms_token_is_asked_first(line):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(line.worker)
    browser.get("/work-orders/report/")
    answer = browser.post("/work-orders/report/", large())
    assert answer.status_code == 413
    assert "文件过大" in answer.content.decode()


@pytest.mark.usefixtures("_no_temporary_files")
def test_the_api_says_so_too(line):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(line.worker).key}")
    answer = client.post("/api/v1/work-orders/", large(), format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
