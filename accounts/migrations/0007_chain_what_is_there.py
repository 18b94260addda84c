"""Stamp and chain the audit lines of before. What is done here stands here, as it was when the chain began."""

import base64
import datetime as dt
import hashlib
import ipaddress
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.db import migrations

BATCH = 5000


def keyed(key, algorithm, text):
    mac = HMAC(key, algorithm)
    mac.update(text)
    return mac.finalize()


def stamper():
    key_id, _, encoded = settings.FIELD_KEYS.split(",")[0].strip().partition(":")
    is_guomi = settings.CRYPTO_PROFILE == "guomi"
    algorithm = hashes.SM3() if is_guomi else hashes.SHA256()
    secret = keyed(base64.b64decode(encoded), algorithm, b"stamp:audit")
    head = key_id + ("/sm" if is_guomi else "")
    return lambda content: f"{head}:{keyed(secret, algorithm, content).hex()}"


def plain(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def content(record, salt):
    address = str(ipaddress.ip_address(record.ip_address)) if record.ip_address else ""
    facts = [
        salt,
        record.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        record.actor_id,
        record.action,
        record.subject_type,
        record.subject_id,
        plain(record.detail),
        address,
    ]
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def chain(apps, schema_editor):
    record_model, link_model = apps.get_model("accounts", "AuditRecord"), apps.get_model("accounts", "AuditLink")
    if not record_model.objects.exists():
        return
    stamp = stamper()
    after, position, digest = 0, 0, "0" * 64
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing waits for the end when the table is altered
        cursor.execute("ALTER TABLE accounts_auditrecord DISABLE TRIGGER audit_append_only")
        while rows := list(record_model.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
            links = []
            for record in rows:
                salt = f"{record.pk:x}"
                record.stamp = f"{stamp(content(record, salt))}.{salt}"
                position += 1
                digest = hashlib.sha256(f"{digest} {position} {record.pk} {record.stamp}".encode()).hexdigest()
                links.append(link_model(record_id=record.pk, position=position, digest=digest))
            record_model.objects.bulk_update(rows, ["stamp"], batch_size=500)
            link_model.objects.bulk_create(links)
            after = rows[-1].pk
        cursor.execute("ALTER TABLE accounts_auditrecord ENABLE TRIGGER audit_append_only")
    apps.get_model("accounts", "AuditHead").objects.create(pk=1, position=position, digest=digest)


def unchain(apps, schema_editor):
    apps.get_model("accounts", "AuditLink").objects.all().delete()
    apps.get_model("accounts", "AuditHead").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_audit_chain")]
    operations = [migrations.RunPython(chain, unchain)]
