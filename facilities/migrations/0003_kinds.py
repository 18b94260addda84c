"""The kinds of components that every installation starts with."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "kinds.csv"


def load(apps, schema_editor):
    kinds = apps.get_model("facilities", "FacilityKind")
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    known = set(kinds.objects.values_list("code", flat=True))
    for row in rows:
        row["is_camera"], row["verified"] = row["is_camera"] == "1", row["verified"] == "1"
    kinds.objects.bulk_create(kinds(**row) for row in rows if row["code"] not in known)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0002_append_only")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
