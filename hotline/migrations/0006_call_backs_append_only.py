from django.db import migrations

TABLES = ("callback", "calltry")


class Migration(migrations.Migration):
    dependencies = [("hotline", "0005_call_backs"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON hotline_{table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            f"DROP TRIGGER {table}_append_only ON hotline_{table};",
        )
        for table in TABLES
    ]
