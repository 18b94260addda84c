"""Directories for servers of a test's own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def own_dir() -> Iterator[Path]:
    """Give a directory that is not pytest's.

    As root the servers run as another account, who must pass through the directories above; every pytest that starts
    on the machine closes the common parent of its temporary directories again.
    """
    path = Path(tempfile.mkdtemp(prefix="wangge-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def module_dir() -> Iterator[Path]:
    """Give one directory to all tests of a file."""
    path = Path(tempfile.mkdtemp(prefix="wangge-test-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)
