from django.db import migrations

FORWARD = """
CREATE FUNCTION bulletins_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['state', 'withdrawn_at', 'withdrawn_by_id', 'withdrawn_why', 'version'];
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'withdrawn'
       AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published briefing does not change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER bulletin_frozen BEFORE UPDATE OR DELETE ON bulletins_bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletins_refuse_change();
"""
BACKWARD = """
DROP TRIGGER bulletin_frozen ON bulletins_bulletin;
DROP FUNCTION bulletins_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0001_briefings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
