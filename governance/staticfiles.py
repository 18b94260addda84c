"""Serve front-end libraries straight from node_modules: only the files that pages use, under `vendor/`."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

NPM_FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",  # the style sheet names it
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/tabler/tabler.min.js.map": "@tabler/core/dist/js/tabler.min.js.map",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
    "vendor/markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "vendor/leaflet.markercluster.js.map": "leaflet.markercluster/dist/leaflet.markercluster.js.map",
    "vendor/markercluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
}


class StaticFiles(StaticFilesConfig):
    """Collects nothing of libraries whose pages and scripts no page here uses: a quarter of the bytes."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx", "mptt", "rest_framework"]


class CompressedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Compresses what pages name, which is the copies with a hash in their name; no source maps, which nobody's page
    reads. Compressing everything took the first start half a minute more."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Gzip alone: Brotli is no package of the product; where it came along with the tests' it took ten seconds."""
        return Compressor(**kwargs, use_brotli=False)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        named = set(self.hashed_files.values())
        yield from super().compress_files([path for path in paths if path in named and not path.endswith(".map")])


class NpmFinder(BaseFinder):
    """Finds the files of NPM_FILES."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        if self.root.is_dir():
            return []
        return [Warning("Front-end packages are not installed.", hint="Run `make setup`.", id="governance.W001")]

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        found = self.root / NPM_FILES[path] if path in NPM_FILES else None
        if found is None or not found.exists():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name, source in NPM_FILES.items():
            if (self.root / source).exists():
                yield name, _Renamed(self.root, {name: source})


class _Renamed(FileSystemStorage):
    """A view of node_modules under the names that pages use."""

    prefix = ""

    def __init__(self, root: Path, names: dict[str, str]) -> None:
        super().__init__(location=str(root))
        self.names = names

    def path(self, name: str) -> str:
        return super().path(self.names.get(name, name))


def fingerprint() -> str:
    """Digest names, sizes and times of every static file, and where they go: whether to collect them again."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
