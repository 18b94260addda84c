"""Questionnaires and spot checks: the questions, who was drawn, the attempts, the answers."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from grids.models import Grid, Unit
from residents.models import Resident
from surveys.querysets import SampledQuerySet, SurveyQuerySet
from surveys.states import MAX_TRIES, Outcome, QuestionKind, SurveyKind, SurveyState, Way
from visits.models import Visit


class Survey(models.Model):
    """Questions to a random sample of a node's residents. Change it through `surveys.actions` only."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node"))
    kind = models.CharField(_("kind"), max_length=8, choices=SurveyKind.choices)
    title = models.CharField(_("title"), max_length=80)
    purpose = models.CharField(_("what for"), max_length=300)
    way = models.CharField(_("how it is asked"), max_length=5, choices=Way.choices)
    opens_on = models.DateField(_("from"))
    closes_on = models.DateField(_("to"))
    looks_back_days = models.PositiveSmallIntegerField(_("looking back, days"), default=30)
    """Of a spot check: those are drawn whom a visit of these days before the drawing says it reached; of satisfaction
    with handling: those whose request to the hotline was solved in them."""
    size = models.PositiveIntegerField(_("size of the sample"))
    is_stratified = models.BooleanField(_("by community"), default=True)
    is_crosswise = models.BooleanField(_("neighbouring grids ask too"), default=False)
    """Workers of another grid of the community ask beside those who stand above the grids (surveys/sampling.py)."""
    seed = models.PositiveIntegerField(_("seed"))
    state = models.CharField(max_length=6, choices=SurveyState.choices, default=SurveyState.DRAFT)
    population = models.PositiveIntegerField(null=True, blank=True, editable=False)
    strata = models.JSONField(default=dict, editable=False)
    """Community → [who could be asked, who was drawn], as drawn."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    drawn_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_on__gte=models.F("opens_on")), name="survey_span"),
            models.CheckConstraint(
                condition=models.Q(state="draft", drawn_at=None)
                | (~models.Q(state="draft") & models.Q(drawn_at__isnull=False)),
                name="survey_drawn_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:detail", args=[self.pk])

    @property
    def is_check(self) -> bool:
        return self.kind == SurveyKind.SPOT_CHECK

    @property
    def drawn(self) -> int:
        return sum(drawn for _of, drawn in self.strata.values())


class Question(models.Model):
    """One question; `code` names it for other systems (`satisfied`), the same in every questionnaire that asks it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answered by"), max_length=8, choices=QuestionKind.choices)
    choices = models.JSONField(default=list, blank=True)
    is_judging = models.BooleanField(_("counts in the appraisal"), default=False)
    """Its answers are a mark of the grid or unit: a grade, or which of two answers, the first of them the good one."""

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=models.Q(is_judging=False)
                | models.Q(kind=QuestionKind.SCALE)
                | models.Q(kind=QuestionKind.SINGLE, choices__1__isnull=False, choices__2__isnull=True),
                name="question_judges_by_a_mark",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_required(self) -> bool:
        """Whoever is reached answers it; words alone are free."""
        return self.kind != QuestionKind.TEXT


class Sampled(models.Model):
    """Somebody who was drawn, with what is judged by their answers; without a name in any result."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="sampled", db_index=False)
    resident = models.ForeignKey(Resident, null=True, on_delete=models.SET_NULL, related_name="+")
    """Taken off when answers were kept long enough (surveys/retention.py)."""
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Where they lived on the day of the drawing: what the figures count by."""
    community = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Whose work is judged: who made the visit or handled the order, or the grid's primary worker. They never ask
    here."""
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Of satisfaction with handling: the unit that led the order. Nobody of it asks here, and its mark it is."""
    asked_from = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The neighbouring grid whose workers may ask here, where the questionnaire is asked crosswise."""
    visit = models.ForeignKey(Visit, null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    """How it ended; blank while somebody is still to be asked."""
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SampledQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "position"], name="sampled_position_once"),
            models.CheckConstraint(condition=models.Q(tries__lte=MAX_TRIES), name="sampled_tries"),
        ]
        indexes = [
            # Whom the workers of a grid still have to ask: their list and their workbench.
            models.Index(fields=["asked_from"], condition=models.Q(outcome=""), name="sampled_asked_from"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} no. {self.position}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:person", args=[self.pk])


class Attempt(models.Model):
    """One try to ask somebody; a database trigger refuses changing or deleting it."""

    sampled = models.ForeignKey(Sampled, on_delete=models.CASCADE, related_name="attempts")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.sampled_id} {self.outcome}"


class Answer(models.Model):
    """What somebody said to one question."""

    sampled = models.ForeignKey(Sampled, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    number = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    chosen = models.JSONField(default=list, blank=True)
    """Places of the chosen answers in `Question.choices`, from 0."""
    text = EncryptedTextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sampled", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class NotAsked(models.Model):
    """Somebody who asked not to be asked any more; no sample draws them."""

    resident = models.OneToOneField(Resident, on_delete=models.CASCADE, related_name="+")
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"resident {self.resident_id}"
