#!/usr/bin/env python
"""Wangge's command line: `manage.py help` lists what it can do."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from governance import embedded, keeper

WITHOUT_SERVERS = {"help", "version", "messages", "collectstatic", "findstatic", "check", "diffsettings", "spectacular"}
"""Commands that need neither PostgreSQL nor Redis. For every other one they are started; `run` does it by itself."""


def main(words: list[str]) -> None:
    command = words[1] if len(words) > 1 else "help"
    try:
        if (
            command not in {*WITHOUT_SERVERS, "run", "stop"}
            and not command.startswith("-")
            and not {"-h", "--help"} & set(words)
        ):
            embedded.ensure_running(settings.VAR_DIR)
        execute_from_command_line(words)
    except ImproperlyConfigured as error:
        sys.exit(f"Settings: {error}")
    except keeper.CannotStart as error:
        sys.exit(str(error))
    finally:
        embedded.leave()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    main(sys.argv)
