from django.db import migrations

# A line takes its place in the chain when its transaction commits (docs/adr/0011-audit-chain.md). In two steps, both
# deferred: the second is queued by the first, and so comes after every foreign key check of the transaction. The lock
# on the head is then the last thing that the transaction waits for.
FORWARD = """
CREATE FUNCTION audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_auditlink (record_id, digest) VALUES (NEW.id, '');
    RETURN NULL;
END $$;

CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head accounts_audithead;
    written text;
BEGIN
    SELECT stamp INTO written FROM accounts_auditrecord WHERE id = NEW.record_id;
    INSERT INTO accounts_audithead (id, position, digest) VALUES (1, 0, repeat('0', 64)) ON CONFLICT (id) DO NOTHING;
    UPDATE accounts_audithead AS h SET position = h.position + 1, digest = encode(sha256(convert_to(
        h.digest || ' ' || (h.position + 1) || ' ' || NEW.record_id || ' ' || coalesce(written, ''), 'UTF8')), 'hex')
    WHERE h.id = 1 RETURNING h.* INTO head;
    UPDATE accounts_auditlink SET position = head.position, digest = head.digest WHERE record_id = NEW.record_id;
    RETURN NULL;
END $$;

-- Lines and links go only up to a cut: a row that says so and that is stamped by the application.
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cut bigint;
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME <> 'accounts_auditanchor' THEN
        SELECT max(position) INTO cut FROM accounts_auditanchor WHERE is_cut;
        IF TG_TABLE_NAME = 'accounts_auditlink' THEN
            IF OLD.position <= cut THEN RETURN OLD; END IF;
        ELSIF EXISTS (SELECT FROM accounts_auditlink WHERE record_id = OLD.id AND position <= cut) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'accounts_auditlink' THEN
        IF OLD.position IS NULL AND NEW.record_id = OLD.record_id THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE CONSTRAINT TRIGGER audit_queue AFTER INSERT ON accounts_auditrecord
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_queue();
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON accounts_auditlink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();
DROP TRIGGER audit_append_only ON accounts_auditrecord;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditrecord
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_link_stands BEFORE UPDATE OR DELETE ON accounts_auditlink
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_anchor_stands BEFORE UPDATE OR DELETE ON accounts_auditanchor
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
"""
BACKWARD = """
DROP TRIGGER audit_anchor_stands ON accounts_auditanchor;
DROP TRIGGER audit_link_stands ON accounts_auditlink;
DROP TRIGGER audit_append_only ON accounts_auditrecord;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER audit_link ON accounts_auditlink;
DROP TRIGGER audit_queue ON accounts_auditrecord;
DROP FUNCTION audit_link(), audit_queue(), audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_chain_what_is_there")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
