"""Subscriptions of every table that can be taken along."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0002_published_is_frozen'),
    ]

    operations = [
        migrations.AlterField(
            model_name='subscription',
            name='topic',
            field=models.CharField(choices=[('bulletin', 'Briefing, once it is published'), ('board', 'Dashboard: all tables'), ('areas', 'Dashboard: the nodes below'), ('days', 'Dashboard: trend by day'), ('levels', 'Dashboard: by level'), ('stages', 'Dashboard: stage times'), ('sources', 'Dashboard: sources'), ('categories', 'Dashboard: categories'), ('hours', 'Dashboard: hours and weekdays'), ('registers', 'Dashboard: people, houses, organisations'), ('visits', 'Dashboard: visits due and reached'), ('hotline', 'Dashboard: six rates of the hotline'), ('requests', 'Dashboard: requests of the hotline'), ('supervised', 'Dashboard: key supervision'), ('units', 'Table: the units of the node'), ('ranked', 'Ranking: the nodes below, solved on time'), ('ranked_units', 'Ranking: units, solved on time')], max_length=12, verbose_name='what'),
        ),
    ]
