"""`manage.py messages`: bring the Chinese catalogue in step with the code and compile it."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from governance import translations


class Command(BaseCommand):
    help = "Collect the words of pages and code, update locale/zh_Hans/LC_MESSAGES/django.po, and compile it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail and list what is missing")
        parser.add_argument("--compile", action="store_true", help="only compile the catalogue as it is")

    def handle(self, *, check: bool, compile: bool, **_options: object) -> None:
        po = translations.po_path()
        if compile:
            translations.compile_catalogue(po)
            return
        text = po.read_text(encoding="utf-8") if po.exists() else ""
        entries = translations.updated(translations.extracted(), translations.read(text))
        wrong = list(translations.complaints(entries))
        fresh = translations.write(entries)
        if check:
            if fresh != text:
                wrong.append(f"{po.name} is not in step with the code: run `make messages` and commit it")
            if wrong:
                raise CommandError("\n".join([f"{len(wrong)} faults in the Chinese catalogue:", *wrong]))
            return
        po.parent.mkdir(parents=True, exist_ok=True)
        if fresh != text:
            po.write_text(fresh, encoding="utf-8")
        translations.compile_catalogue(po)
        rest = f", {len(wrong)} to be done (--check lists them)" if wrong else ""
        self.stdout.write(f"{len(entries)} messages{rest}.")
