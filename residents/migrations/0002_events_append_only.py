from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER register_event_append_only BEFORE UPDATE OR DELETE ON residents_event
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER relocation_append_only BEFORE UPDATE OR DELETE ON residents_relocation
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER register_event_append_only ON residents_event;
            DROP TRIGGER relocation_append_only ON residents_relocation;
            """,
        )
    ]
