"""Count what changes of estates and buildings, in a row of the changing transaction's own (`locating/index.py`)."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION locating_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT district_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT district_id) INTO touched FROM old_rows;
    ELSIF TG_TABLE_NAME = 'residents_estate' THEN
        SELECT array_agg(DISTINCT n.district_id) INTO touched
          FROM new_rows n JOIN old_rows o USING (id)
         WHERE (n.name, n.road, n.community_id, n.retired_on)
               IS DISTINCT FROM (o.name, o.road, o.community_id, o.retired_on);
    ELSE
        SELECT array_agg(DISTINCT n.district_id) INTO touched
          FROM new_rows n JOIN old_rows o USING (id)
         WHERE (n.number, n.estate_id, n.grid_id, n.micro_id, n.retired_on)
               IS DISTINCT FROM (o.number, o.estate_id, o.grid_id, o.micro_id, o.retired_on);
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO locating_placechange AS c (district_id, xact, changes, at)
    SELECT district, pg_current_xact_id()::text::bigint, 1, statement_timestamp() FROM unnest(touched) AS district
        ON CONFLICT (district_id, xact) DO UPDATE SET changes = c.changes + 1;
    DELETE FROM locating_placechange WHERE id IN (
        SELECT id FROM locating_placechange
         WHERE district_id = ANY (touched) AND at < statement_timestamp() - interval '1 day'
           FOR UPDATE SKIP LOCKED);
    RETURN NULL;
END $$
"""
TABLES = ("residents_estate", "residents_building")
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _trigger(table: str, deed: str, rows: str) -> migrations.RunSQL:
    name = f"locating_{deed}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {deed.upper()} ON {table} REFERENCING {rows} "
        "FOR EACH STATEMENT EXECUTE FUNCTION locating_count_change()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("locating", "0001_first"), ("residents", "0007_long_names")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION locating_count_change()"),
        *[_trigger(table, deed, rows) for table in TABLES for deed, rows in ROWS.items()],
    ]
