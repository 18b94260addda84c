"""`manage.py train_categories`: train the model that suggests categories, and say how good it is.

The only way to training: it takes minutes and far more memory than a web or Celery worker has.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.tables.refusals import UnreadableTable
from grids.models import Grid, Kind
from hotline.models import CategoryModel, Origin
from hotline.suggesting import keeping, labelled, training
from hotline.suggesting.labelled import Labelled, Tree


class Command(BaseCommand):
    help = (
        "Train the suggestion of categories on a district's closed requests, or on a labelled file with the columns "
        "留言主题, 留言详情, 一级分类; a model that does worse than the one in use is kept, not used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", metavar="CODE", help="may be left out where there is one district")
        parser.add_argument("--file", type=Path, help="train on this .xlsx or .csv instead of the closed requests")
        parser.add_argument("--dry-run", action="store_true", help="say how good the model would be; keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        district, tree = self._district(options["district"]), Tree()
        found = self._read(options["file"], tree) if options["file"] else labelled.from_requests(district)
        self._tell_reading(found)
        try:
            trained = training.train(found.examples(tree))
        except training.NotEnough as error:
            message = (
                f"There are {len(found.texts)} labelled messages; {training.LEAST_ROWS} of at least two categories "
                f"with {training.LEAST_MESSAGES} each are needed."
            )
            raise CommandError(message) from error
        self._tell(trained, tree)
        if not options["dry_run"]:
            origin = Origin.FILE if options["file"] else Origin.REQUESTS
            self._tell_kept(keeping.keep(district, trained, origin=origin, tree=tree, actor=None))

    def _district(self, code: str | None) -> Grid:
        districts: list[Grid] = list(Grid.objects.filter(kind=Kind.DISTRICT, **({"code": code} if code else {})))
        if len(districts) != 1:
            message = f"There is no district with the code {code!r}." if code else "Name the district: --district CODE."
            raise CommandError(message)
        return districts[0]

    def _read(self, path: Path, tree: Tree) -> Labelled:
        try:
            return labelled.from_file(path, tree)
        except UnreadableTable as error:
            raise CommandError(str(error)) from error
        except labelled.NoColumns as error:
            message = "The file needs the columns 留言主题 or 留言详情, and 一级分类."
            raise CommandError(message) from error

    def _tell_reading(self, found: Labelled) -> None:
        self.stdout.write(f"{len(found.texts)} labelled messages read, {found.blank} rows without text or category.")
        for name, count in found.unknown.most_common():
            self.stdout.write(f"{count} rows left out: there is no category {name} (manage.py import_categories).")

    def _tell(self, trained: training.Trained, tree: Tree) -> None:
        told = trained.figures
        self.stdout.write(
            f"Trained on {told['trained']} messages, {len(trained.model.labels)} categories, {told['features']} "
            f"n-grams in {told['seconds']} s; figures on {told['held_out']} held-out messages:"
        )
        self.stdout.write(f"right at first {_percent(told['top1'])}, among three {_percent(told['top3'])}")
        self.stdout.write(f"always the commonest category would be right in {_percent(told['always_commonest'])}")
        self.stdout.write(
            f"sure enough to suggest in {_percent(told['answered'])} (floor {told['floor']:.2f}); of these right at "
            f"first {_percent(told['top1_answered'])}, among three {_percent(told['top3_answered'])}"
        )
        for row in told["labels"]:
            taken = (
                f"  mostly taken for {tree.names[row['taken_for']]} ({row['taken_times']})" if row["taken_for"] else ""
            )
            self.stdout.write(
                f"  {row['label']} {tree.names[row['label']]}: {row['trained']} trained, {row['held_out']} held out, "
                f"{_percent(row['top1'])} / {_percent(row['top3'])}{taken}"
            )

    def _tell_kept(self, made: CategoryModel) -> None:
        against = made.figures.get("against")
        if against:
            self.stdout.write(
                f"By first-level category on the same messages: new {_percent(against['new']['top1'])}, "
                f"in use {_percent(against['in_use']['top1'])}."
            )
        state = "taken into use" if made.is_in_use else "kept, not used: the model in use does better"
        self.stdout.write(f"Model {made.pk}, {made.size / 1e6:.1f} MB: {state}.")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"
