from django.db import migrations
from django.db.models import Q


def mark(apps, schema_editor):
    """Let questions go on judging that did: grades, and “yes or no” where a questionnaire looks at work that was done.

    Of other questionnaires “yes or no” counted too, also where it asked about something else; that ends here.
    """
    questions = apps.get_model("surveys", "Question").objects.filter(is_judging=False)
    two = Q(kind="single", choices__1__isnull=False, choices__2__isnull=True)
    questions.filter(Q(kind="scale") | (two & Q(survey__kind__in=["check", "handling"]))).update(is_judging=True)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_questions_that_judge")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
