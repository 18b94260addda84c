"""Bring in a list of residents, houses, organisations or workers from the server, with its progress shown."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from accounts.tables.refusals import UnreadableTable
from grids.models import Grid, Kind
from rosters import actions, columns, purging, running, words
from rosters.errors import InvalidRoster
from rosters.models import Batch
from rosters.states import BatchKind, Outcome, State


class Command(BaseCommand):
    help = (
        "Bring a roster in (.csv, .xlsx, .xls): read, check, compare, and with --decide-all write it. What was begun "
        "and broke off goes on with --resume NUMBER. No names or numbers of people are printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the roster; left out with --resume")
        parser.add_argument("--kind", choices=BatchKind.values, default=BatchKind.RESIDENTS)
        parser.add_argument("--node", help="code of the area that the roster is of; by default the only district")
        parser.add_argument("--sheet", default="", help="which sheet of a workbook")
        parser.add_argument("--complete", action="store_true", help="who is not on it has moved out")
        parser.add_argument("--blanks-overwrite", action="store_true", help="empty cells empty the register's")
        parser.add_argument("--decide-all", action="store_true", help="write everything new, changed and moved out")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done, and keep nothing")
        parser.add_argument("--resume", type=int, metavar="NUMBER", help="go on with this roster")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            batch = self._resumed(options["resume"]) if options["resume"] else self._begun(options)
            batch = self._run(batch, options["file"])
            self._report(batch)
            if batch.state == State.READY and options["dry_run"]:
                actions.cancel(batch, actor=None, now=timezone.now())
                purging.empty(batch, timezone.now())
            elif batch.state == State.READY and options["decide_all"]:
                self._write(batch)
        except (UnreadableTable, InvalidRoster, running.Taken) as error:
            raise CommandError(str(error) or _("Another process works on this roster.")) from error
        except running.Interrupted as error:
            raise CommandError(_("The database went away. Go on with --resume, and the roster's number.")) from error
        if batch.state == State.FAILED:
            raise CommandError(batch.failure)

    def _resumed(self, number: int) -> Batch:
        batch = Batch.objects.filter(pk=number).first()
        if batch is None:
            raise CommandError(_("There is no roster %(number)s.") % {"number": number})
        return batch

    def _begun(self, options: dict[str, Any]) -> Batch:
        if options["file"] is None:
            raise CommandError(_("Name the file."))
        node = self._node(options["node"])
        with options["file"].open("rb") as content:
            batch = actions.upload(
                actor=None,
                node=node,
                kind=options["kind"],
                file_name=options["file"].name,
                content=content,
                now=timezone.now(),
                sheet=options["sheet"],
            )
        batch = actions.match(
            batch,
            actor=None,
            matching={int(index): field for index, field in batch.matching.items()},
            is_complete=options["complete"],
            blanks_overwrite=options["blanks_overwrite"],
        )
        known = columns.of(batch.kind)
        self.stdout.write(_("Roster %(number)s for %(node)s") % {"number": batch.pk, "node": node})
        for index, heading in enumerate(batch.headings):
            field = batch.matching.get(str(index))
            if heading:
                self.stdout.write(f"  {heading} → {known[field].label if field else '—'}")
        return actions.check(batch, actor=None, in_background=False)

    def _node(self, code: str | None) -> Grid:
        found = Grid.objects.filter(code=code) if code else Grid.objects.filter(kind=Kind.DISTRICT)
        if found.count() != 1:
            raise CommandError(_("Name the area with --node CODE."))
        node: Grid = found.get()
        return node

    def _write(self, batch: Batch) -> None:
        rules = {str(outcome): "apply" for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.MOVED_OUT)}
        batch = actions.decide(batch, actor=None, rules=rules)
        batch = self._run(actions.apply(batch, actor=None, in_background=False), None)
        for name, count in batch.done.items():
            self.stdout.write(f"  {name}: {count:,}")

    def _run(self, batch: Batch, path: Path | None) -> Batch:
        """Work until the batch needs somebody, with a bar for each of its phases."""
        with Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} / {task.total:,.0f}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            disable=self.stdout.isatty() is False,
        ) as bars:
            shown: dict[str, Any] = {}

            def watch(now: Batch) -> None:
                phase = now.phase or now.state
                if phase not in shown:
                    shown[phase] = bars.add_task(phase, total=now.step_total or 1, rate="")
                rate = _("%(rate)s rows a second") % {"rate": f"{now.rate:,.0f}"} if now.rate else ""
                bars.update(shown[phase], completed=now.step_done, total=now.step_total or 1, rate=rate)

            return running.run(batch.pk, watch=watch, path=path)

    def _report(self, batch: Batch) -> None:
        for name, count in batch.counts.items():
            self.stdout.write(f"  {name}: {count:,}")
        for field, code, refuses, count in batch.problems[:50]:
            column = columns.of(batch.kind).get(field)
            message, hint = words.of(code)
            sign = "✗" if refuses else "!"
            self.stdout.write(f"  {sign} {column.label if column else field}: {message} × {count:,}. {hint}")
