"""`manage.py load_rules --district CODE`: give a district the default categories, limits and ladder."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.models import Grid, Kind
from workorders import rules_data


class Command(BaseCommand):
    help = "Add the default categories, limits and ladder that a district does not have yet; changes no row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", required=True, metavar="CODE", help="the district's code, such as 370811")

    def handle(self, *args: Any, **options: Any) -> None:
        district = Grid.objects.filter(code=options["district"], kind=Kind.DISTRICT).first()
        if district is None:
            message = f"There is no district with the code {options['district']!r}."
            raise CommandError(message)
        added = rules_data.load_rules(district)
        self.stdout.write(
            f"{district}: added {added.categories} categories, {added.limits} limits and {added.steps} ladder steps."
        )
