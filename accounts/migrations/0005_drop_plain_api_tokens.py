from django.db import migrations

# The tokens of before stood there as they are shown: they end here, and whoever had one signs in once more.
FORWARD = """
DROP TABLE IF EXISTS authtoken_token;
DELETE FROM django_migrations WHERE app = 'authtoken';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_hashed_api_tokens")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
