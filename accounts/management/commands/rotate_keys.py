"""`manage.py rotate_keys`: write every encrypted column anew under the first key of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import crypto, rotation

NAMED = 20


class Command(BaseCommand):
    help = (
        "Write every encrypted column and its fingerprints anew under the first key of FIELD_KEYS and the algorithms "
        "of CRYPTO_PROFILE, while people go on working. Killed or stopped, it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what stands under which key")
        parser.add_argument("--batch", type=int, default=1000, metavar="N", help="rows of one transaction")
        parser.add_argument("--everything", action="store_true", help="also what is under the first key already")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            message = "--batch must be at least 1."
            raise CommandError(message)
        head = crypto.sealer().head
        unreadable = 0
        for target in rotation.targets():
            counts = rotation.heads(target)
            shown = ", ".join(f"{count} under {name}" for name, count in sorted(counts.items())) or "nothing encrypted"
            self.stdout.write(f"{target.label}: {shown}")
            if not options["dry_run"]:
                unreadable += self._rotate(target, sum(counts.values()) - counts.get(head, 0), options)
        if not options["dry_run"]:
            for label, rotate in rotation.others().items():
                self.stdout.write(label)
                unreadable += self._say(rotate(options["batch"]))
        if unreadable:
            message = f"{unreadable} rows open with no key of the ring; put their keys back on FIELD_KEYS."
            raise CommandError(message)
        if not options["dry_run"]:
            self.stdout.write(f"Everything is under {head}. Keep former keys as long as audit lines made with them.")

    def _rotate(self, target: rotation.Target, texts: int, options: dict[str, Any]) -> int:
        progress = rotation.Progress()
        steps = rotation.rotate(target, batch=options["batch"], everything=options["everything"])
        for number, progress in enumerate(steps, start=1):
            if number % 20 == 0:
                self.stdout.write(f"  {progress.done} rows written; {texts} texts were to be done")
                self.stdout.flush()
        return self._say(progress)

    def _say(self, progress: rotation.Progress) -> int:
        """Tell how many rows were written; returns how many no key opens."""
        if progress.done:
            self.stdout.write(f"  {progress.done} rows written anew")
        if progress.unreadable:
            shown = ", ".join(map(str, sorted(progress.unreadable)[:NAMED]))
            self.stdout.write(f"  {len(progress.unreadable)} rows open with no key of the ring, the first: {shown}")
        return len(progress.unreadable)
