"""Briefings (简报/通报), whom they were sent to, subscriptions by e-mail, and the rules of a district."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bulletins.querysets import BulletinQuerySet, SendingQuerySet, SubscriptionQuerySet
from bulletins.states import File, Kind, Mail, State, Topic
from grids.models import Grid
from hotline.periods import Length, Period
from workorders.models.rules import Rule


class Bulletin(models.Model):
    """A text with its figures of one node and period. Once it is published nothing of it changes: a trigger of the
    database refuses that (migration 0002); it can only be withdrawn, with a reason."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node"), db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    year = models.PositiveSmallIntegerField()
    """The year whose issues it is counted among: that of the period's last day, for a week its ISO year."""
    number = models.PositiveSmallIntegerField(_("issue"), null=True, blank=True)
    """Given when it is published, so that none is left out."""
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    title = models.CharField(_("title"), max_length=120)
    sections = models.JSONField(default=list)
    """key, heading, proposed (what was composed), text (what a person wrote instead, or null), tables."""
    figures = models.JSONField(default=dict)
    """What it was composed from (bulletins/composing/facts.py); frozen with it."""
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who had it composed or wrote in it last; null while only the schedule did."""
    composed_at = models.DateTimeField(_("figures as of"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "kind", "starts_on"],
                condition=~Q(state=State.WITHDRAWN),
                name="bulletin_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["node", "kind", "year", "number"],
                condition=Q(number__isnull=False),
                name="bulletin_number_once",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="bulletin_span"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                ^ Q(published_at__isnull=False, published_by__isnull=False, number__isnull=False),
                name="bulletin_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) ^ (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="bulletin_withdrawn_has_its_reason",
            ),
        ]
        indexes = [models.Index(fields=["-ends_on", "-id"], name="bulletin_newest")]  # The list.

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on} of {self.node_id}"

    def get_absolute_url(self) -> str:
        return reverse("bulletins:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def length(self) -> Length:
        return Kind(self.kind).length

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.length)


class Subscription(models.Model):
    """That a person wants a kind of briefing, or a table of figures, of a node by e-mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node"), db_index=False)
    topic = models.CharField(_("what"), max_length=12, choices=Topic.choices)
    length = models.CharField(_("how often"), max_length=5, choices=Kind.lengths())
    file = models.CharField(_("file"), max_length=4, choices=File.choices)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(
        max_length=8,
        blank=True,
        choices=[
            ("person", pgettext_lazy("subscription", "by oneself")),
            ("post", pgettext_lazy("subscription", "the post ended")),
        ],
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            # Also the list of a person's own.
            models.UniqueConstraint(
                fields=["user", "node", "topic", "length"],
                condition=Q(ended_at=None),
                name="subscription_once",
            ),
            models.CheckConstraint(condition=Q(ended_at=None) ^ ~Q(ended_why=""), name="subscription_end_has_its_why"),
        ]
        indexes = [
            # Whom a published briefing, or a new day, concerns.
            models.Index(fields=["topic", "length", "node"], condition=Q(ended_at=None), name="subscription_wanted")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.length} of {self.node_id} for {self.user_id}"


class Delivery(models.Model):
    """That a briefing, or a subscribed table of a period, goes to a person; and how its e-mail fared."""

    bulletin = models.ForeignKey(
        Bulletin, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    """With a bulletin as well: that it goes to them because they subscribed to its kind."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    """The first day of the period that it is about."""
    state = models.CharField(max_length=8, choices=Mail.choices)
    told_at = models.DateTimeField(null=True, blank=True)
    """When the notice was put into the inbox."""
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "user"], condition=Q(bulletin__isnull=False), name="delivery_once_per_bulletin"
            ),
            models.UniqueConstraint(
                fields=["subscription", "starts_on"],
                condition=Q(bulletin=None),
                name="delivery_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(bulletin__isnull=False) | Q(subscription__isnull=False), name="delivery_of_something"
            ),
        ]
        indexes = [
            # What is to be sent.
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id or self.subscription_id} to {self.user_id}"

    @property
    def mail_words(self) -> str:
        """Say how its e-mail stands; that none will leave for want of an address is known before it is published."""
        mail = Mail(self.state)
        return str((Mail.INBOX if mail == Mail.NAMED and not self.user.email else mail).label)


class BulletinRule(Rule):
    """How a district's briefings are made (bulletins/rules.py)."""

    needs_second_person = models.BooleanField(_("published by another person than the author"), default=True)
    minimum = models.PositiveSmallIntegerField(
        _("orders due for a place among the ranked"), validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    last = models.PositiveSmallIntegerField(
        _("how many of the last-ranked are named"), validators=[MaxValueValidator(10)]
    )
    cases = models.PositiveSmallIntegerField(_("good cases proposed"), validators=[MaxValueValidator(10)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district"], condition=Q(valid_to=None), name="bulletinrule_one_in_force"),
            models.CheckConstraint(
                condition=Q(minimum__range=(1, 1000), last__lte=10, cases__lte=10), name="bulletinrule_ranges"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minimum} {self.last} {self.cases}"
