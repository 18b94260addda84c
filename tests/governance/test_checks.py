"""Settings that production must make are asked for by name."""

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from governance.checks import GIVEN_IN_PRODUCTION, what_production_needs


def test_what_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GIVEN_IN_PRODUCTION:
        monkeypatch.delenv(name, raising=False)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend", ALLOW_SYNTHETIC_IDS=True):
        said = {warning.id: warning.msg for warning in what_production_needs()}
    assert said["governance.W010"].startswith("SECRET_KEY is not set")
    assert said["governance.W011"].startswith("FIELD_KEYS is not set")
    assert said["governance.W012"].startswith("DATABASE_URL is not set")
    assert {"governance.W013", "governance.W014", "governance.W015", "governance.W016", "governance.W017"} < set(said)


def test_a_production_that_sets_them_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GIVEN_IN_PRODUCTION:
        monkeypatch.setenv(name, "given")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", ALLOW_SYNTHETIC_IDS=False):
        assert what_production_needs() == []


def test_a_trial_is_not_bothered() -> None:
    assert [warning.id for warning in run_checks() if str(warning.id).startswith("governance.W01")] == []
