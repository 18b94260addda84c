from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON workorders_event
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER event_append_only ON workorders_event;",
        )
    ]
