from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_first"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER survey_attempt_append_only BEFORE UPDATE OR DELETE ON surveys_attempt
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER survey_attempt_append_only ON surveys_attempt;",
        )
    ]
