"""What later depends on a row: whatever leads to it, asked of the models of all apps."""

from django.db import models


def nothing_leads_to(model: type[models.Model], alias: str, *parts: type[models.Model]) -> str:
    """Return SQL: no row of any app leads to this one, apart from `parts`, tables whose rows go with it."""
    conditions = []
    for relation in model._meta.related_objects:
        other, field = relation.related_model, relation.field
        if isinstance(other, str) or other in parts or not isinstance(field, models.ForeignKey):
            continue
        table, column = other._meta.db_table, field.column
        conditions.append(f'NOT EXISTS (SELECT FROM {table} q WHERE q."{column}" = {alias}.id)')
    return " AND ".join(conditions) or "true"
