"""The product's settings, with the few differences that tests need; the servers are real ones under var/test."""

import os
import tempfile
from pathlib import Path

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the tests' thread, where the ORM works too
# Processes side by side have servers of their own: var/test-gw0, var/test-gw1; one alone has var/test.
os.environ["WANGGE_VAR"] = str(
    Path(__file__).resolve().parent.parent / "var" / f"test-{os.environ.get('PYTEST_XDIST_WORKER', '')}".rstrip("-")
)

from governance.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes 50 ms on purpose
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SECRET_KEY = "of the tests"
"""Draws that are not to be foretold come out the same in every run."""
ALLOW_SYNTHETIC_IDS = True  # the people of the tests are invented (DOMAIN.md §7.1)
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="wangge-media-"))
WHITENOISE_AUTOREFRESH = True  # serve from static/ and node_modules without collectstatic
WHITENOISE_USE_FINDERS = True
