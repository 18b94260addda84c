"""Clients that sign in by token, as other systems do."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User


@pytest.fixture(autouse=True)
def _fresh_counts_and_media(settings, tmp_path):
    """Requests of other tests count towards no throttle here, and photos go where they are swept away."""
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    cache.clear()


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    def signed_in(user: User) -> APIClient:
        User.objects.filter(pk=user.pk).update(language="en")
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user).key}")
        return client

    return signed_in
