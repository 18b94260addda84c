from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_warnings"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER warningevent_append_only BEFORE UPDATE OR DELETE ON alerts_warningevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER warningevent_append_only ON alerts_warningevent;",
        )
    ]
