"""People who sign in, what they are told, and the record of what was done."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.querysets import AuditQuerySet, NotificationQuerySet, UserQuerySet


class UserManager(BaseUserManager["User"]):
    """Create accounts; a password is always given, there is no default one."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by sign-in name, whatever its case."""
        return self.get(username__iexact=username)

    def create_user(self, username: str, password: str, **fields: object) -> "User":
        user: User = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: object) -> "User":
        """Make the first account of an installation: it may manage users and posts, and see no business data."""
        return self.create_user(username, password, is_superuser=True, **fields)


class TextSize(models.TextChoices):
    STANDARD = "standard", _("Standard")
    LARGE = "large", _("Large")
    LARGEST = "largest", _("Extra large")


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What they may see and do comes from their posts (grids.Post)."""

    username = models.CharField(_("sign-in name"), max_length=50, unique=True)
    display_name = models.CharField(pgettext_lazy("of a person", "name"), max_length=50)
    employee_number = models.CharField(_("employee number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_phone_published = models.BooleanField(_("show the phone on the public page"), default=False)
    email = models.EmailField(_("e-mail"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="people/", blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize.choices, default=TextSize.STANDARD)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_ignores_case",
                violation_error_message=_("This sign-in name is taken."),
            ),
            models.UniqueConstraint(
                fields=["employee_number"],
                condition=~models.Q(employee_number=""),
                name="user_employee_number_once",
                violation_error_message=_("This employee number is given to somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends even for a superuser: what a superuser may do is decided there, not everything."""
        backends = [backend for backend in get_backends() if hasattr(backend, "has_perm")]
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in backends)


class ApiToken(models.Model):
    """One client of one person, signed in to the API; known by the hash of its token (accounts/tokens.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.user_id}"


class Notification(models.Model):
    """A line in somebody's inbox, written in the transaction of the change that it tells of.

    The words are made when it is read, from `kind` and `params` (accounts/notices.py), in the reader's language.
    It appears, and its e-mail leaves, at `deliver_at`. It never holds anything that identifies a resident.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    deliver_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    email_due_at = models.DateTimeField(null=True, blank=True)
    email_attempts = models.PositiveSmallIntegerField(default=0)
    email_sent_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            # The inbox, newest first.
            models.Index(fields=["recipient", "-deliver_at", "-id"], name="notification_inbox"),
            # The bell's count.
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notification_unread"),
            # The mail sweep.
            models.Index(
                fields=["email_due_at"],
                condition=models.Q(email_sent_at=None, email_due_at__isnull=False),
                name="notification_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"


class AuditRecord(models.Model):
    """One line of who did what to which record; a database trigger refuses changing or deleting it."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="audit_records"
    )
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    stamp = models.CharField(max_length=150, blank=True, default="", db_default="")
    """A keyed hash of all the above, made by who wrote it (accounts/audit_chain.py)."""

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            # The audit page, newest first.
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            # What happened to one record.
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_subject"),
        ]
        constraints = [
            # A line copied with its stamp would be a true line, but for this.
            models.UniqueConstraint(fields=["stamp"], condition=~models.Q(stamp=""), name="audit_stamp_once"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type} {self.subject_id}"


class AuditLink(models.Model):
    """The place of one line in the chain, given by the database when the line is committed (docs/adr/0011)."""

    record_id = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField(unique=True, null=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.record_id}"


class AuditHead(models.Model):
    """One row: the last place of the chain and its digest."""

    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


class AuditAnchor(models.Model):
    """What the chain was at one moment, stamped with a key that the database does not have.

    A cut says that the lines up to its place were removed because they were old enough (accounts/audit_retention.py).
    """

    at = models.DateTimeField(default=timezone.now)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    is_cut = models.BooleanField(default=False)
    stamp = models.CharField(max_length=150)

    class Meta:
        indexes = [
            # The newest, for the next one and for the check.
            models.Index(fields=["-position"], name="audit_anchor_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"
