from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("admission", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER taskevent_append_only BEFORE UPDATE OR DELETE ON admission_taskevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER taskevent_append_only ON admission_taskevent;",
        )
    ]
