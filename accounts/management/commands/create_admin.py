"""`manage.py create_admin`: the first account of an installation, which makes the others."""

import getpass
import sys
from argparse import ArgumentParser

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit, passwords
from accounts.forms import UserForm
from accounts.models import User


class Command(BaseCommand):
    help = "Make an administrator of users, posts and the tree. It sees no work orders; give it a post for that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="sign-in name")
        parser.add_argument("display_name", nargs="?", default="", help="name (default: the sign-in name)")
        parser.add_argument("--generate", action="store_true", help="print a first password instead of asking for one")

    @transaction.atomic
    def handle(self, *, username: str, display_name: str, generate: bool, **_options: object) -> None:
        form = UserForm({"username": username, "display_name": display_name or username})
        if not form.is_valid():
            raise CommandError(" ".join(str(error) for errors in form.errors.values() for error in errors))
        fields = form.cleaned_data
        typed = "" if generate else self._ask(User(**fields))
        password = typed or passwords.first_password()
        user = User.objects.create_superuser(password=password, must_change_password=not typed, **fields)
        audit.record(None, "accounts.add_user", subject=user, detail={"administrator": True})
        self.stdout.write(f"Administrator {user.username} is made.")
        if not typed:
            self.stdout.write(f"First password, shown only now: {password}")

    def _ask(self, user: User) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to type a password. Add --generate to have one made and printed.")
        while True:
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Again: "):
                self.stderr.write("The two differ.")
                continue
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            return password
