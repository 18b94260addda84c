"""Keeping the knowledge of the desk: each change is a fresh check by whoever makes it."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Grid
from grids.roles import Permission
from hotline.models import Snippet
from workorders.models import Category


@transaction.atomic
def keep_snippet(
    snippet: Snippet | None,
    *,
    actor: User,
    district: Grid,
    title: str,
    text: str,
    keywords: str = "",
    category: Category | None = None,
    valid_until: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Snippet:
    """Write a new snippet, or change one; the actor vouches for it. Raises ValidationError, PermissionDenied."""
    moment = now or timezone.now()
    require(actor, Permission.MANAGE_RULES, district)
    if not title.strip():
        raise ValidationError({"title": _("Write the question.")})
    if not text.strip():
        raise ValidationError({"text": _("Write the answer.")})
    said: dict[str, Any] = {
        "title": title.strip(),
        "text": text.strip(),
        "keywords": " ".join(keywords.replace("，", " ").replace("、", " ").replace(",", " ").split()),
        "category": category,
        "valid_until": valid_until,
        "verified_by": actor,
        "verified_at": moment,
    }
    if snippet is None:
        kept = Snippet.objects.create(district=district, **said)
    else:
        kept = Snippet.objects.select_for_update(of=("self",)).get(pk=snippet.pk, district=district)
        for name, value in said.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(said))
    audit.record(actor, "hotline.keep_snippet", kept)
    return kept


@transaction.atomic
def retire_snippet(snippet: Snippet, *, actor: User, now: dt.datetime | None = None) -> Snippet:
    """Let a snippet expire as of yesterday: it is offered no more."""
    kept = Snippet.objects.select_for_update(of=("self",)).select_related("district").get(pk=snippet.pk)
    require(actor, Permission.MANAGE_RULES, kept.district)
    yesterday = timezone.localdate(now or timezone.now()) - dt.timedelta(days=1)
    if not kept.is_expired(timezone.localdate(now or timezone.now())):
        kept.valid_until = yesterday
        kept.save(update_fields=["valid_until"])
        audit.record(actor, "hotline.retire_snippet", kept)
    return kept
