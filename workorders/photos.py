"""Photos of incidents and their results: cleaned, stored under names that nobody guesses, gone when the order is.

A file cannot take part in a transaction. Files are written first and the rows after; when the transaction is undone,
the files are removed, and what a crash leaves behind `manage.py purge_orphan_photos` finds.
"""

import logging
import secrets
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.pictures import CleanPhoto, NotStored, clean, clean_all, why_not_stored
from workorders.models import Photo, WorkOrder

__all__ = ["CleanPhoto", "NotStored", "attach", "clean", "clean_all", "keep_files", "orphans", "remove"]

log = logging.getLogger(__name__)
ROOT = "orders"
SETTLED_AFTER = timedelta(days=1)
"""A file that is younger may belong to a transaction that is still open."""


class _Batch:
    """The files of one call of `keep_files`, until the transaction says what becomes of them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.table = model._meta.db_table
        self.names: list[str] = []


@transaction.atomic
def attach(order: WorkOrder, kind: str, photos: Sequence[CleanPhoto], uploaded_by: User | None) -> list[Photo]:
    """Keep these photos with the order; one that it has already (same bytes, same kind) is not kept twice.

    Call it inside the transaction of the move, with the order's row locked.
    Raises NotStored when the storage refuses; then no file stays.
    """
    if not photos:
        return []
    present = set(Photo.objects.filter(order=order, kind=kind).values_list("sha256", flat=True))
    fresh = list({photo.sha256: photo for photo in photos if photo.sha256 not in present}.values())
    now = timezone.now()
    names = keep_files(ROOT, fresh, now, Photo)
    return Photo.objects.bulk_create(
        Photo(
            order=order,
            kind=kind,
            image=image,
            thumbnail=thumbnail,
            width=photo.width,
            height=photo.height,
            taken_at=photo.taken_at,
            lng=photo.lng,
            lat=photo.lat,
            sha256=photo.sha256,
            uploaded_by=uploaded_by,
            uploaded_at=now,
        )
        for photo, (image, thumbnail) in zip(fresh, names, strict=True)
    )


def keep_files(
    root: str, photos: Sequence[CleanPhoto], now: datetime, model: type[models.Model]
) -> list[tuple[str, str]]:
    """Write the pictures below `root` for rows of this model, which the caller's transaction makes after.

    Returns the names of each photo's image and thumbnail. When the transaction is undone the files go too.
    Raises NotStored when the storage refuses; then no file stays.
    """
    batch = _Batch(model)
    try:
        kept = [_written(root, photo, now, batch) for photo in photos]
    except OSError as error:
        remove(batch.names)
        log.exception("A photo could not be stored.")
        raise NotStored(why_not_stored(error), code="not_stored") from error
    _remove_unless_committed(batch)
    return kept


def _written(root: str, photo: CleanPhoto, now: datetime, batch: _Batch) -> tuple[str, str]:
    stem = f"{root}/{now:%Y/%m}/{secrets.token_urlsafe(18)}"
    names = []
    for name, data in ((f"{stem}.jpg", photo.image), (f"{stem}-small.jpg", photo.thumbnail)):
        batch.names.append(name)  # Before it is written: a half-written file is removed too.
        names.append(default_storage.save(name, ContentFile(data)))
    return names[0], names[1]


def _remove_unless_committed(batch: _Batch) -> None:
    """Remove the files when the transaction, or the savepoint, is undone.

    Django tells nobody of a rollback, but lets go of the callbacks that waited for the commit. When ours is let go
    without having run, the rows are looked for over a connection of its own, and the files of absent rows removed.
    """
    undone = weakref.finalize(batch, _remove_rowless, batch.names, batch.table)

    def keep(_batch: _Batch = batch) -> None:
        undone.detach()

    transaction.on_commit(keep)


def _remove_rowless(names: list[str], table: str) -> None:
    apart = connections.create_connection("default")
    try:
        with apart.cursor() as cursor:
            image, small = "image", "thumbnail"
            cursor.execute(
                f"SELECT {image} FROM {table} WHERE {image} = ANY(%s) UNION "  # noqa: S608 - our own names
                f"SELECT {small} FROM {table} WHERE {small} = ANY(%s)",
                [names, names],
            )
            kept = {name for (name,) in cursor.fetchall()}
        remove(name for name in names if name not in kept)
    except Exception:  # No answer: the files stay, and purge_orphan_photos asks again.
        log.warning("Could not tell whether %s photo files are still needed; they stay.", len(names))
    finally:
        apart.close()


def remove(names: Iterable[str]) -> None:
    """Delete these files; what cannot be deleted now `purge_orphan_photos` deletes later."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            log.warning("A photo file could not be removed; purge_orphan_photos will.")


_roots: dict[str, type[models.Model]] = {ROOT: Photo}


def register_root(root: str, model: type[models.Model]) -> None:
    """Name the folder where another app keeps photos, and the model that names them in `image` and `thumbnail`."""
    _roots[root] = model


def orphans(older_than: datetime) -> Iterator[tuple[str, int]]:
    """Find stored files of photos, last written before this moment, that no row names; with their size in bytes."""
    for root, model in _roots.items():
        for folder in _folders(root):
            kept = model._default_manager.filter(image__startswith=f"{folder}/")
            named = {name for pair in kept.values_list("image", "thumbnail").iterator() for name in pair}
            for name in (f"{folder}/{file}" for file in default_storage.listdir(folder)[1]):
                if name not in named and default_storage.get_modified_time(name) < older_than:
                    yield name, default_storage.size(name)


def _folders(root: str) -> Iterator[str]:
    if not default_storage.exists(root):
        return
    yield root
    for name in default_storage.listdir(root)[0]:
        yield from _folders(f"{root}/{name}")
