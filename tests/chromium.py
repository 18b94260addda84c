"""Find the browser of the tests; `python -m tests.chromium` gets one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find(of_playwright: str) -> str | None:
    """Return the path of the system's Chromium, else of Playwright's own (`of_playwright`) if it is there."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return of_playwright if Path(of_playwright).exists() else None


def arguments() -> list[str]:
    """Return what Chromium needs to run here: root may not use its sandbox, containers have a small /dev/shm."""
    return ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        if find(playwright.chromium.executable_path):
            return
    print("== No Chromium here: fetching the one of Playwright", flush=True)  # noqa: T201 - a command's output
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if done.returncode:
        print("It cannot be had: tests in a browser will be skipped. Install Chromium to run them.")  # noqa: T201


if __name__ == "__main__":
    main()
