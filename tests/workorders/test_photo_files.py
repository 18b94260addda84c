"""The files of photos follow their rows: none is lost, none outlives an order that was not made."""

import errno
import gc
import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts import portraits
from tests.factories import make_line, make_order, make_user
from tests.pictures import photo
from workorders import photos
from workorders.models import Photo, PhotoKind


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def attach(order, *uploads, kind=PhotoKind.BEFORE):
    return photos.attach(order, kind, photos.clean_all(uploads), order.reporter)


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_kept_under_a_name_that_nobody_guesses(media):
    kept = attach(make_order(make_line("worker")), photo())[0]
    assert [path.relative_to(media).as_posix() for path in files(media)] == sorted(
        [kept.image.name, kept.thumbnail.name]
    )
    stem = Path(kept.image.name).stem
    assert len(stem) >= 24
    assert "IMG" not in kept.image.name


@pytest.mark.django_db
def test_the_same_photo_is_kept_once_in_an_order(media):
    order = make_order(make_line("worker"))
    attach(order, photo(), photo())
    attach(order, photo(), photo("blue"))
    assert Photo.objects.filter(order=order).count() == 2
    assert len(files(media)) == 4
    attach(order, photo(), kind=PhotoKind.AFTER)
    assert Photo.objects.filter(order=order).count() == 3


@transaction.atomic
def attach_and_fail(order, *uploads):
    attach(order, *uploads)
    raise LookupError("the order could not be made")


@pytest.mark.django_db(transaction=True)
def test_files_go_when_the_transaction_is_undone(media):
    order = make_order(make_line("worker"))
    with pytest.raises(LookupError):
        attach_and_fail(order, photo())
    assert files(media) == []


@pytest.mark.django_db(transaction=True)
def test_files_go_with_an_undone_part_and_stay_with_the_rest(media):
    order = make_order(make_line("worker"))
    with transaction.atomic():
        attach(order, photo("green"))
        with pytest.raises(LookupError):
            attach_and_fail(order, photo("blue"))
    kept = Photo.objects.get()
    assert {path.relative_to(media).as_posix() for path in files(media)} == {kept.image.name, kept.thumbnail.name}


@transaction.atomic
def attach_and_fail_later(order, upload):
    def send_mail() -> None:
        raise RuntimeError("mail server")

    transaction.on_commit(send_mail)
    attach(order, upload)


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_something_else_fails_after_the_commit(media):
    with pytest.raises(RuntimeError, match="mail server"):
        attach_and_fail_later(make_order(make_line("worker")), photo())
    gc.collect()
    assert Photo.objects.count() == 1
    assert len(files(media)) == 2


class FullDisk(FileSystemStorage):
    """Room for three files; of the fourth only half is written."""

    room = 3

    def _save(self, name: str, content: File) -> str:
        self.room -= 1
        if self.room >= 0:
            return super()._save(name, content)
        super()._save(name, ContentFile(content.read()[:100]))
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_plainly_and_leaves_nothing_half_made(media, settings):
    settings.LANGUAGE_CODE = "en"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.FullDisk"}}
    with pytest.raises(photos.NotStored, match="disk is full"):
        attach(make_order(make_line("worker")), photo("green"), photo("blue"))
    assert files(media) == []
    assert not Photo.objects.exists()


@pytest.mark.django_db
def test_an_orphan_is_found_and_removed_and_a_needed_or_young_file_is_not(media):
    kept = attach(make_order(make_line("worker")), photo())[0]
    old, young = (default_storage.save(f"orders/2026/01/{name}.jpg", photo()) for name in ("old", "young"))
    elsewhere = default_storage.save("other/thing.jpg", photo())
    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    for name in (old, elsewhere, kept.image.name, kept.thumbnail.name):
        os.utime(media / name, (long_ago, long_ago))

    out = StringIO()
    call_command("purge_orphan_photos", "--dry-run", stdout=out)
    assert out.getvalue().splitlines()[0] == old
    assert default_storage.exists(old)

    call_command("purge_orphan_photos", stdout=out)
    assert "1 files" in out.getvalue()
    left = {path.relative_to(media).as_posix() for path in files(media)}
    assert left == {young, elsewhere, kept.image.name, kept.thumbnail.name}


@pytest.mark.django_db
def test_a_portrait_that_is_nobodys_goes_too_and_anothers_stays(media):
    person = make_user()
    portraits.change(person, photos.clean(photo()), actor=person)
    person.refresh_from_db()
    old, young = (default_storage.save(f"people/{name}.jpg", photo()) for name in ("old", "young"))
    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    for name in (old, person.photo.name):
        os.utime(media / name, (long_ago, long_ago))
    call_command("purge_orphan_photos", stdout=StringIO())
    left = {path.relative_to(media).as_posix() for path in files(media)}
    assert left == {young, person.photo.name}


@pytest.mark.django_db
def test_a_district_without_photos_has_no_orphans():
    out = StringIO()
    call_command("purge_orphan_photos", stdout=out)
    assert "0 files" in out.getvalue()
