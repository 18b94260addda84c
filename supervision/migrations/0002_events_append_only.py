from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER supervisionevent_append_only BEFORE UPDATE OR DELETE ON supervision_supervisionevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER supervisionevent_append_only ON supervision_supervisionevent;",
        )
    ]
