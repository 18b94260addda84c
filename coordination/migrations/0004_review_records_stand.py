from django.db import migrations


class Migration(migrations.Migration):
    """What was recorded stands: lines and units never change, the review itself not after its decision."""

    dependencies = [("coordination", "0003_joint_reviews"), ("accounts", "0002_audit_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER reviewentry_append_only BEFORE UPDATE OR DELETE ON coordination_reviewentry
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER reviewunit_append_only BEFORE UPDATE OR DELETE ON coordination_reviewunit
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER jointreview_stands BEFORE UPDATE ON coordination_jointreview
                FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER jointreview_stays BEFORE DELETE ON coordination_jointreview
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER reviewentry_append_only ON coordination_reviewentry;
            DROP TRIGGER reviewunit_append_only ON coordination_reviewunit;
            DROP TRIGGER jointreview_stands ON coordination_jointreview;
            DROP TRIGGER jointreview_stays ON coordination_jointreview;
            """,
        )
    ]
