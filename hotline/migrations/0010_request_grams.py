"""What a request says as pairs of characters, kept by the database itself, so that no writer can forget them.

The column is not in the model: nothing but hotline/similar.py reads it, and rows are loaded without it.
"""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION hotline_grams(said text) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT ((ascii(c)::bigint * 65599 + ascii(d)) %% 2147483647)::int), '{}')
      FROM (SELECT c, lead(c) OVER () AS d
              FROM unnest(string_to_array(
                   left(regexp_replace(lower(said), '[\s!-/:-@\[-`{-~，。、；：？！“”‘’（）《》【】…—·]+', '', 'g'), 300),
                   NULL)) AS c) AS pairs
     WHERE d IS NOT NULL
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0009_exchange")]
    operations = [
        migrations.RunSQL(FUNCTION.replace("%%", "%"), "DROP FUNCTION hotline_grams(text);"),
        migrations.RunSQL(
            """
            ALTER TABLE hotline_request
                ADD COLUMN grams int[] NOT NULL GENERATED ALWAYS AS (hotline_grams(title || text)) STORED;
            ALTER TABLE hotline_request ALTER COLUMN grams SET STATISTICS 1000;
            CREATE INDEX request_of_grams ON hotline_request USING gin (grams) WITH (gin_pending_list_limit = 512);
            """,
            "ALTER TABLE hotline_request DROP COLUMN grams;",
        ),
    ]
