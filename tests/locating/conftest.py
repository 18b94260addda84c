import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """Read refusals in the language of their source; pages speak the language of who opens them."""
    with translation.override("en"):
        yield
