"""The people of the tests of facilities."""

import pytest

from tests.factories import make_line


@pytest.fixture
def line(db):
    return make_line("secretary", "worker", "handler")


@pytest.fixture
def secretary(client, line):
    client.force_login(line.people["secretary"])
    return client
