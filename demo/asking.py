"""Questionnaires of the demo district: one of last month and one of who was served, asked and closed; a spot check that
is being asked, and a questionnaire that the grids' workers ask crosswise."""

import datetime as dt
import random

from accounts.models import User
from demo import appraising
from grids.models import Grid
from hotline.models import Request
from residents.models import Resident
from surveys import actions
from surveys.actions import Asked
from surveys.models import Survey
from surveys.states import Judging, Outcome, QuestionKind, SurveyKind, Way

ENDS = (Outcome.REACHED, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.MOVED)
LOOKS_BACK = 180
SIZE, CHECKED, CROSSWISE = 60, 30, 30
YES_NO = ("有", "没有")
MATTERS = ("环境卫生", "停车秩序", "物业服务", "噪声扰民", "老旧设施")
WORDS = ("网格员很负责", "希望多装几盏路灯", "停车位不够", "井盖响声大，请修一修", "")


def ask(community: Grid, rng: random.Random, now: dt.datetime) -> None:
    """Have the home community's residents asked by its secretary."""
    secretary = User.objects.get(username="secretary")
    past = appraising.last_judged(now, "month").begin + dt.timedelta(days=9, hours=9)  # so that it counts there
    finished = _draft(
        community,
        past,
        "网格服务满意度问卷",
        SurveyKind.OPINION,
        Way.PHONE,
        SIZE,
        (
            Asked("satisfied", "您对本网格网格员的服务是否满意？", QuestionKind.SCALE),
            Asked("knows_worker", "您是否知道本网格的网格员是谁？", QuestionKind.SINGLE, ("知道", "不知道")),
            Asked("matters", "您认为社区最需要改善的是哪些方面？", QuestionKind.MULTIPLE, MATTERS),
            Asked("words", "您还有什么意见和建议？", QuestionKind.TEXT),
        ),
    )
    _answer(finished, secretary, rng, past, 1.0)
    actions.close(finished, actor=None, now=past + dt.timedelta(days=14))
    check = _draft(
        community,
        now,
        "入户走访抽查",
        SurveyKind.SPOT_CHECK,
        Way.DOOR,
        CHECKED,
        (
            Asked("visit_made", "记录的走访日，网格员是否上过门？", QuestionKind.SINGLE, YES_NO, Judging.YES),
            Asked("satisfied", "您对这次走访是否满意？", QuestionKind.SCALE),
        ),
    )
    _answer(check, secretary, rng, now, 0.4)
    _draft(
        community,
        now,
        "冬季安全用气用电问卷",
        SurveyKind.OPINION,
        Way.DOOR,
        CROSSWISE,
        (
            Asked("safety_told", "今年网格员是否向您讲过用气用电安全？", QuestionKind.SINGLE, YES_NO),
            Asked("satisfied", "您对本网格的安全宣传是否满意？", QuestionKind.SCALE),
            Asked("words", "您家中或楼道里还有什么安全隐患？", QuestionKind.TEXT),
        ),
    )

    _ask_served(community.get_root(), rng, now)


def _ask_served(district: Grid, rng: random.Random, now: dt.datetime) -> None:
    """Have the supervisor ask those whose requests units led, in the quarter that units are judged by, if any did."""
    past = appraising.last_judged(now, "quarter").begin + dt.timedelta(days=69, hours=9)
    if not _give_phones(district, past):
        return
    questions = (
        Asked("handled", "您反映的问题是否已经办理？", QuestionKind.SINGLE, ("已办理", "未办理"), Judging.YES),
        Asked("satisfied", "您对承办单位的办理是否满意？", QuestionKind.SCALE),
        Asked("words", "您还有什么意见和建议？", QuestionKind.TEXT),
    )
    made = _draft(district, past, "热线办件满意度调查", SurveyKind.HANDLING, Way.PHONE, SIZE, questions)
    _answer(made, User.objects.get(username="supervisor"), rng, past, 1.0)
    actions.close(made, actor=None, now=past + dt.timedelta(days=14))


def _give_phones(district: Grid, before: dt.datetime) -> int:
    """Let residents have made the requests that units solved of late: the demo's callers are no residents otherwise.

    Returns of how many requests; the smallest demos have none.
    """
    solved = Request.objects.filter(
        order__lead_unit__isnull=False,
        order__finished_at__range=(before - dt.timedelta(days=LOOKS_BACK), before),
        order__is_confidential=False,
        is_secret=False,
        district=district,
    )
    matters = list(solved.order_by("-order__finished_at")[:SIZE])
    adults = Resident.objects.here().filter(district=district, born_on__lt=before.date() - dt.timedelta(days=19 * 366))
    people = adults.exclude(phone_hash=None).order_by("pk").only("name", "phone", "phone_hash")[: len(matters)]
    asked = list(zip(matters, people, strict=False))
    for matter, person in asked:
        matter.requester_name, matter.requester_phone = person.name, person.phone
        matter.phone_hash = person.phone_hash
        matter.save(update_fields=["requester_name", "requester_phone", "phone_hash"])
    return len(asked)


def _draft(
    node: Grid, now: dt.datetime, title: str, kind: str, way: str, size: int, questions: tuple[Asked, ...]
) -> Survey:
    facts = {
        "title": title,
        "purpose": "了解居民对网格服务的评价，改进工作。",
        "kind": kind,
        "way": way,
        "opens_on": now.date(),
        "closes_on": now.date() + dt.timedelta(days=14),
        "looks_back_days": LOOKS_BACK,
        "size": size,
        "is_stratified": True,
        "is_crosswise": kind == SurveyKind.OPINION,
    }
    survey = actions.draft(actor=None, node=node, facts=facts, questions=questions, seed=20_261, now=now)
    return actions.open_up(survey, actor=None, now=now)


def _answer(survey: Survey, by: User, rng: random.Random, now: dt.datetime, share: float) -> None:
    """Ask a share of those who were drawn, from the first on."""
    at = now + dt.timedelta(minutes=5)
    people = list(survey.sampled.order_by("position"))
    for person in people[: round(len(people) * share)]:
        outcome = rng.choices(ENDS, (80, 8, 8, 4))[0]
        actions.ask(person, actor=by, outcome=outcome, answers=_words(rng), now=at)


def _words(rng: random.Random) -> dict[str, object]:
    return {
        "satisfied": rng.choices((5, 4, 3, 2, 1), (46, 34, 12, 5, 3))[0],
        "knows_worker": rng.choices((0, 1), (7, 3))[0],
        "handled": rng.choices((0, 1), (9, 1))[0],
        "visit_made": rng.choices((0, 1), (9, 1))[0],
        "matters": rng.sample(range(len(MATTERS)), rng.randint(1, 3)),
        "words": rng.choice(WORDS),
    }
