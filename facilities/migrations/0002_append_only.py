from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("facilities", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER facility_event_append_only BEFORE UPDATE OR DELETE ON facilities_facilityevent
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER facility_event_append_only ON facilities_facilityevent;",
        )
    ]
