from django.db import migrations

FORWARD = """
CREATE FUNCTION register_event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- That a row was entered goes with the row, when a roster that brought it is taken back: in the same transaction,
    -- after the row itself, and only while nothing else was ever written down about it.
    IF TG_OP = 'DELETE' AND OLD.step = 'add' AND OLD.household_id IS NULL
       AND NOT EXISTS (SELECT FROM residents_resident r WHERE r.id = OLD.resident_id)
       AND NOT EXISTS (SELECT FROM residents_house r WHERE r.id = OLD.house_id)
       AND NOT EXISTS (SELECT FROM residents_organisation r WHERE r.id = OLD.organisation_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER register_event_append_only ON residents_event;
CREATE TRIGGER register_event_append_only BEFORE UPDATE OR DELETE ON residents_event
    FOR EACH ROW EXECUTE FUNCTION register_event_refuse_change();
"""
BACKWARD = """
DROP TRIGGER register_event_append_only ON residents_event;
CREATE TRIGGER register_event_append_only BEFORE UPDATE OR DELETE ON residents_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION register_event_refuse_change();
"""


class Migration(migrations.Migration):
    """An event's row cannot be deleted while anything leads to it, so this opens no way to forget a living entry."""

    dependencies = [("residents", "0007_long_names"), ("accounts", "0002_audit_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
