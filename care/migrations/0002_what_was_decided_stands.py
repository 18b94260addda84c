from django.db import migrations

# What was proposed and who approved never changes; a closed grant stays closed. Nothing of it is deleted within a year
# of its end. The encrypted texts may be written anew, for a change of keys.
FORWARD = """
CREATE FUNCTION care_grant_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.closed_at IS NULL OR OLD.closed_at > now() - interval '365 days' THEN
            RAISE EXCEPTION 'the history of a service tier is kept for a year' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.resident_id, OLD.district_id, OLD.tier, OLD.reason_code, OLD.days, OLD.is_minor, OLD.proposed_by_id,
        OLD.proposed_at)
       IS DISTINCT FROM (NEW.resident_id, NEW.district_id, NEW.tier, NEW.reason_code, NEW.days, NEW.is_minor,
        NEW.proposed_by_id, NEW.proposed_at)
       OR OLD.approved_by_id IS NOT NULL AND OLD.approved_by_id IS DISTINCT FROM NEW.approved_by_id
       OR OLD.seconded_by_id IS NOT NULL AND OLD.seconded_by_id IS DISTINCT FROM NEW.seconded_by_id
       OR OLD.state IN ('refused', 'withdrawn', 'ended') AND OLD.state <> NEW.state
       OR OLD.state = 'in_force' AND (NEW.state NOT IN ('in_force', 'ended') OR NEW.ends_on > OLD.ends_on)
       OR OLD.state = 'proposed' AND NEW.state = 'ended' THEN
        RAISE EXCEPTION 'a service tier keeps what was proposed and approved' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER care_grant_stands BEFORE UPDATE OR DELETE ON care_tiergrant
    FOR EACH ROW EXECUTE FUNCTION care_grant_stands();

CREATE FUNCTION care_step_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM care_tiergrant g WHERE g.id = OLD.grant_id
                   AND (g.closed_at IS NULL OR g.closed_at > now() - interval '365 days')) THEN
            RAISE EXCEPTION 'the history of a service tier is kept for a year' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.grant_id, OLD.at, OLD.act, OLD.actor_id, OLD.actor_role)
       IS DISTINCT FROM (NEW.grant_id, NEW.at, NEW.act, NEW.actor_id, NEW.actor_role) THEN
        RAISE EXCEPTION 'the steps of a service tier are append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER care_step_stands BEFORE UPDATE OR DELETE ON care_tierstep
    FOR EACH ROW EXECUTE FUNCTION care_step_stands();
"""
BACKWARD = """
DROP TRIGGER care_step_stands ON care_tierstep;
DROP FUNCTION care_step_stands();
DROP TRIGGER care_grant_stands ON care_tiergrant;
DROP FUNCTION care_grant_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_tiers_groups_contacts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
