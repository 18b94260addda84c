"""Bring in an export of the city platform from the server, with its progress shown."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tables.refusals import UnreadableTable
from grids.errors import Refused
from grids.models import Grid, Kind
from hotline.exchange import actions, running, words
from hotline.exchange.states import RunState, Verdict
from hotline.models import ExchangeRun


class Command(BaseCommand):
    help = (
        "Bring in requests of the city platform (.csv, .xlsx, .xls). With --as-history they are closed requests of "
        "the past with their answers: no orders, no messages, no call-backs. What broke off goes on with --resume "
        "NUMBER. Nothing of what people wrote is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the export; left out with --resume")
        parser.add_argument("--as-history", action="store_true", help="closed requests of the past")
        parser.add_argument("--district", help="code of the district; by default the only one")
        parser.add_argument("--sheet", default="", help="which sheet of a workbook")
        parser.add_argument("--resume", type=int, metavar="NUMBER", help="go on with this exchange")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            item = self._resumed(options["resume"]) if options["resume"] else self._begun(options)
            self.stdout.write(_("Exchange %(number)s") % {"number": item.pk})
            item = running.run(item.pk, watch=self._watch)
        except (UnreadableTable, Refused) as error:
            raise CommandError(str(error)) from error
        except running.Taken as error:
            raise CommandError(_("Another process works on this exchange.")) from error
        except running.Interrupted as error:
            raise CommandError(_("The database went away. Go on with --resume, and the exchange's number.")) from error
        if item.state == RunState.FAILED:
            raise CommandError(item.failure)
        self._report(item)

    def _begun(self, options: dict[str, Any]) -> ExchangeRun:
        file: Path | None = options["file"]
        if file is None or not file.is_file():
            raise CommandError(_("Name the file."))
        code = options["district"]
        found = Grid.objects.filter(kind=Kind.DISTRICT, **({"code": code} if code else {}))
        if found.count() != 1:
            raise CommandError(_("Name the district with --district CODE."))
        with file.open("rb") as content:
            return actions.bring_in(
                found.get(),
                actor=None,
                file_name=file.name,
                content=content,
                now=timezone.now(),
                sheet=options["sheet"],
                is_history=options["as_history"],
                in_background=False,
            )

    def _resumed(self, number: int) -> ExchangeRun:
        item = ExchangeRun.objects.filter(pk=number).first()
        if item is None:
            raise CommandError(_("There is no exchange %(number)s.") % {"number": number})
        return item

    def _watch(self, item: ExchangeRun) -> None:
        self.stdout.write(f"  {item.rows_done:,} / {item.expected_rows:,}")

    def _report(self, item: ExchangeRun) -> None:
        for verdict in Verdict:
            if item.counts.get(verdict):
                self.stdout.write(f"{verdict.label}: {item.counts[verdict]:,}")
        said = item.rows.exclude(codes=[]).values_list("verdict", "codes")
        groups = Counter((one, code) for one, codes in said.iterator() for code in codes)
        for (said_verdict, code), count in groups.most_common(40):
            sign = "✗" if said_verdict == Verdict.REFUSED else "!"
            self.stdout.write(f"  {sign} {words.of(code)} × {count:,}")
