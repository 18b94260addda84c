from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_requests_and_replies"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER requestevent_append_only BEFORE UPDATE OR DELETE ON hotline_requestevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER requestevent_append_only ON hotline_requestevent;",
        )
    ]
