from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_whistles"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER whistleevent_append_only BEFORE UPDATE OR DELETE ON coordination_whistleevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER whistleevent_append_only ON coordination_whistleevent;",
        )
    ]
