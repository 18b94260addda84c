from django.db import migrations

FORWARD = """
CREATE FUNCTION appraisal_scheme_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scheme bigint;
BEGIN
    scheme := CASE WHEN TG_TABLE_NAME = 'appraisal_scheme' THEN (to_jsonb(OLD)->>'id')::bigint
                   ELSE (to_jsonb(coalesce(NEW, OLD))->>'scheme_id')::bigint END;
    IF EXISTS (SELECT FROM appraisal_assessment a WHERE a.scheme_id = scheme)
       AND NOT (TG_TABLE_NAME = 'appraisal_scheme' AND TG_OP = 'UPDATE'
                AND to_jsonb(NEW) - 'valid_to' = to_jsonb(OLD) - 'valid_to') THEN
        RAISE EXCEPTION 'a scheme with periods is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER scheme_stands BEFORE UPDATE OR DELETE ON appraisal_scheme
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_stands();
CREATE TRIGGER indicator_stands BEFORE INSERT OR UPDATE OR DELETE ON appraisal_indicator
    FOR EACH ROW EXECUTE FUNCTION appraisal_scheme_stands();

CREATE FUNCTION appraisal_period_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    facts jsonb := to_jsonb(coalesce(NEW, OLD));
    state text;
BEGIN
    SELECT a.state INTO state FROM appraisal_assessment a
     WHERE a.id = CASE WHEN facts ? 'assessment_id' THEN (facts->>'assessment_id')::bigint
                       ELSE (SELECT r.assessment_id FROM appraisal_result r
                              WHERE r.id = (facts->>'result_id')::bigint) END;
    IF state = 'final' OR (state = 'published' AND TG_OP = 'DELETE') THEN
        RAISE EXCEPTION '% of a % period', TG_TABLE_NAME, state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER assessment_stands BEFORE UPDATE OR DELETE ON appraisal_assessment
    FOR EACH ROW WHEN (OLD.state = 'final') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER result_stands BEFORE INSERT OR UPDATE OR DELETE ON appraisal_result
    FOR EACH ROW EXECUTE FUNCTION appraisal_period_stands();
CREATE TRIGGER line_stands BEFORE INSERT OR DELETE ON appraisal_line
    FOR EACH ROW EXECUTE FUNCTION appraisal_period_stands();
CREATE TRIGGER line_append_only BEFORE UPDATE ON appraisal_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mark_stands BEFORE INSERT ON appraisal_mark
    FOR EACH ROW EXECUTE FUNCTION appraisal_period_stands();
CREATE TRIGGER mark_append_only BEFORE UPDATE OR DELETE ON appraisal_mark
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pointentry_stands BEFORE INSERT ON appraisal_pointentry
    FOR EACH ROW EXECUTE FUNCTION appraisal_period_stands();
CREATE TRIGGER pointentry_append_only BEFORE UPDATE OR DELETE ON appraisal_pointentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_stands BEFORE UPDATE ON appraisal_objection
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER objection_stays BEFORE DELETE ON appraisal_objection
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER correction_append_only BEFORE UPDATE OR DELETE ON appraisal_correction
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recordchange_append_only BEFORE UPDATE OR DELETE ON appraisal_recordchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER recordchange_append_only ON appraisal_recordchange;
DROP TRIGGER correction_append_only ON appraisal_correction;
DROP TRIGGER objection_stays ON appraisal_objection;
DROP TRIGGER objection_stands ON appraisal_objection;
DROP TRIGGER pointentry_append_only ON appraisal_pointentry;
DROP TRIGGER pointentry_stands ON appraisal_pointentry;
DROP TRIGGER mark_append_only ON appraisal_mark;
DROP TRIGGER mark_stands ON appraisal_mark;
DROP TRIGGER line_append_only ON appraisal_line;
DROP TRIGGER line_stands ON appraisal_line;
DROP TRIGGER result_stands ON appraisal_result;
DROP TRIGGER assessment_stands ON appraisal_assessment;
DROP FUNCTION appraisal_period_stands();
DROP TRIGGER indicator_stands ON appraisal_indicator;
DROP TRIGGER scheme_stands ON appraisal_scheme;
DROP FUNCTION appraisal_scheme_stands();
"""


class Migration(migrations.Migration):
    """A scheme with periods never changes; a final period and everything in it never does; what was given, raised or
    corrected is only added to."""

    dependencies = [("appraisal", "0001_schemes_and_results"), ("accounts", "0002_audit_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
