"""Photos of visits: optional, cleaned, under names that nobody guesses (the files' life is that of orders' photos)."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.pictures import CleanPhoto
from visits.models import Visit, VisitPhoto
from workorders import photos as files


def attach(visit: Visit, photos: Sequence[CleanPhoto]) -> list[VisitPhoto]:
    """Keep these photos with a visit, in the transaction that makes it. Raises NotStored; then no file stays."""
    if not photos:
        return []
    fresh = list({photo.sha256: photo for photo in photos}.values())
    now = timezone.now()
    kept = files.keep_files("visits", fresh, now, VisitPhoto)
    return VisitPhoto.objects.bulk_create(
        VisitPhoto(
            visit=visit,
            image=image,
            thumbnail=thumbnail,
            width=photo.width,
            height=photo.height,
            sha256=photo.sha256,
            uploaded_at=now,
        )
        for photo, (image, thumbnail) in zip(fresh, kept, strict=True)
    )
