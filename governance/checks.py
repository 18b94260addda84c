"""What must not stay at its default where the product serves people: `manage.py check --deploy` names it."""

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError

from accounts import crypto
from gateway import addresses
from governance import env

GIVEN_IN_PRODUCTION = {
    "SECRET_KEY": (
        "W010",
        "Sessions are signed with a key kept in a file of this machine.",
        "Set it to 50 random letters.",
    ),
    "FIELD_KEYS": (
        "W011",
        "The keys of encrypted columns are kept in a file of this machine.",
        "Set FIELD_KEYS to `name:base64 of 32 random bytes`, and keep a copy apart from the database's backups.",
    ),
    "DATABASE_URL": ("W012", "PostgreSQL is the embedded one, meant for trials.", "Name a PostgreSQL of 15 or later."),
    "REDIS_URL": ("W013", "Redis is the embedded one, meant for trials.", "Name a Redis of 6.2 or later."),
    "SITE_URL": ("W014", "Links in mails and QR codes lead to localhost.", "Set SITE_URL to the address people use."),
    "ALLOWED_HOSTS": ("W015", "Only localhost is answered.", "Name the hosts that people use, separated by commas."),
}


@register(Tags.security, deploy=True)
def what_production_needs(**_facts: Any) -> list[CheckMessage]:
    """Name each variable that a production must set and does not."""
    found: list[CheckMessage] = [
        Warning(f"{name} is not set. {what}", hint=hint, id=f"governance.{number}")
        for name, (number, what, hint) in GIVEN_IN_PRODUCTION.items()
        if not env.text(name)
    ]
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        hint = "Set EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend and EMAIL_HOST."
        found.append(Warning("Mail is printed, not sent.", hint=hint, id="governance.W016"))
    if settings.MESSAGES_TO_CONSOLE:
        hint = "Unset MESSAGES_TO_CONSOLE: what has no gateway then waits until it has one."
        found.append(Warning("Messages to residents without a gateway are dropped.", hint=hint, id="governance.W020"))
    if settings.ALLOW_SYNTHETIC_IDS:
        hint = "Unset ALLOW_SYNTHETIC_IDS."
        found.append(Warning("Invented identity numbers are accepted.", hint=hint, id="governance.W017"))
    return found


@register(Tags.security)
def ways_out_can_be_used(**_facts: Any) -> list[CheckMessage]:
    """Name addresses of gateways to which nothing can go, and WeCom settings that lack a part."""
    found: list[CheckMessage] = []
    for name in ("SMS_URL", "WECOM_API"):
        try:
            if url := getattr(settings, name):
                addresses.check_url(url)
        except ValidationError as error:
            found.append(Error(f"{name}: {error.messages[0]}", hint=f"Mend {name}.", id="governance.E021"))
    parts = ("WECOM_CORP_ID", "WECOM_SECRET", "WECOM_AGENT_ID")
    missing = [name for name in parts if not getattr(settings, name)]
    if 0 < len(missing) < len(parts):
        words = f"WeCom is set up by halves: {', '.join(missing)} is not set."
        found.append(Error(words, hint="Set all of them or none.", id="governance.E022"))
    return found


@register(Tags.security)
def the_key_ring_works(**_facts: Any) -> list[CheckMessage]:
    """Encrypt and hash one word: a ring that does not read, or a build without SM4, shows here and not on a page."""
    try:
        sealer = crypto.sealer()
        sealer.open(sealer.seal("."))
        sealer.finder().first(".")
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="Mend FIELD_KEYS.", id="governance.E018")]
    except UnsupportedAlgorithm:
        hint = "Install a build of `cryptography` with SM4 and SM3, or leave CRYPTO_PROFILE=international."
        return [Error("This machine does not compute SM4-GCM.", hint=hint, id="governance.E019")]
    return []
