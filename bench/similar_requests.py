"""Likely duplicates while an operator types: 168,177 requests of three and a half years against a tenth of them.

Both districts have the same grids; the texts are drawn from a few hundred places, matters and turns of phrase, so that
no text is the only one of its kind.
"""

import dataclasses
import datetime as dt
import random
import uuid
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import bulk
from accounts.models import User
from bench import servers
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from demo import load, plan, tree
from demo.profiles import PROFILES
from grids.backends import standing_for
from grids.models import Grid, Kind, Post
from grids.roles import Role
from hotline import similar
from hotline.models import Request

ROWS, TENTH = 168_177, 16_818
GRIDS = 800
DAYS = 1280
ROUNDS = 15
BATCH = 20_000
DATABASES = {ROWS: "bench_requests", TENTH: "bench_requests_tenth"}
PLACES = [
    "京杭",
    "运河",
    "太白",
    "古槐",
    "金宇",
    "洸河",
    "红星",
    "建设",
    "供销",
    "吴泰闸",
    "共青团",
    "琵琶山",
    "济安桥",
]
ESTATES = ["佳苑", "花园", "新村", "小区", "家园", "公寓", "华府", "雅居", "名城", "嘉园"]
WHAT = [
    "路灯不亮",
    "下水道堵塞污水外溢",
    "楼道堆放杂物",
    "烧烤店油烟扰民",
    "暖气不热",
    "电梯经常故障",
    "垃圾无人清运",
    "路面破损积水",
    "施工噪音影响休息",
    "违法停车堵塞通道",
    "自来水发黄",
    "井盖缺失",
    "绿化带被侵占种菜",
    "私搭乱建",
    "流浪狗伤人",
    "快递柜占用消防通道",
]
HOW = ["已经三天", "一周多了", "每天晚上", "从上个月开始", "多次反映", "昨天夜里", "今天早上", "长期以来"]
WISH = ["请尽快安排人员处理", "希望有关部门管一管", "请求协调解决", "要求给个说法", "请现场查看", "盼回复"]


def measure() -> list[Result]:
    """Measure the search at both sizes in turns; the reference is the tenth."""
    for rows, database in DATABASES.items():
        servers.built(database, f"{__name__}:{build.__name__}", rows)
    with Remote(servers.address(DATABASES[ROWS])) as full, Remote(servers.address(DATABASES[TENTH])) as tenth:
        spans = medians(
            [
                lambda: full.call(f"{__name__}:{search_s.__name__}"),
                lambda: tenth.call(f"{__name__}:{search_s.__name__}"),
            ],
            ROUNDS,
        )
        found = full.call(f"{__name__}:{found_again.__name__}")
    note = f"{ROWS:,} requests against {TENTH:,}; twenty texts a round; a reworded request found again {found:.0%}"
    return [Result("similar_requests", spans[0], spans[1], spans[0] / spans[1], note, at_most=1.5)]


# From here on: called in the other process, with Django set up.


def build(rows: int) -> None:
    """Fill a database with a district of grids and so many requests, spread over its days."""
    call_command("migrate", verbosity=0)
    profile = dataclasses.replace(PROFILES["rencheng"], grids=GRIDS, workers=GRIDS)
    nodes = tree.store(plan.make(profile, 42), load.FOUNDED)
    bases = [node for node in nodes.values() if node.kind == Kind.BASE]
    district = next(node for node in nodes.values() if node.kind == Kind.DISTRICT)
    clerk = User.objects.create(username="clerk")
    Post.objects.create(user=clerk, role=Role.INTAKE_CLERK, node=district, starts_on=load.FOUNDED)
    rng, now = random.Random(11), timezone.now()
    for start in range(0, rows, BATCH):
        drawn = [_drawn(rng, now) for _ in range(start, min(rows, start + BATCH))]
        places = [rng.choice(bases) for _ in drawn]
        moments = [moment for _title, _text, moment in drawn]
        columns: dict[str, list[Any]] = {
            "number": [f"B{start + at}" for at in range(len(drawn))],
            "client_uuid": [uuid.uuid4() for _ in drawn],
            "title": [title for title, _text, _moment in drawn],
            "text": [text for _title, text, _moment in drawn],
            "grid_id": [place.pk for place in places],
            "community_id": [place.parent_id for place in places],
            "received_at": moments,
            "answered_at": moments,
            "closed_at": moments,
        }
        constants = {"district_id": district.pk, "source": "phone", "kind": "help", "state": "closed"}
        bulk.insert(Request, columns, constants)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE hotline_request")


def _drawn(rng: random.Random, now: dt.datetime) -> tuple[str, str, dt.datetime]:
    """Return title, text and moment of one request."""
    where, what = f"{rng.choice(PLACES)}{rng.choice(ESTATES)}", rng.choice(WHAT)
    said = f"{where}{rng.randint(1, 40)}号楼{what}，{rng.choice(HOW)}，{rng.choice(WISH)}。"
    return what, said, now - dt.timedelta(days=rng.random() * DAYS)


def search_s() -> float:
    """Return the seconds of twenty searches for texts that were never written before, each in a grid."""
    who, now, rng = standing_for(User.objects.get(username="clerk")), timezone.now(), random.Random(5)
    district = Grid.objects.defer("boundary").get(kind=Kind.DISTRICT)
    grids = list(Grid.objects.filter(kind=Kind.BASE).values_list("pk", flat=True)[:20])
    wanted = [similar.Sought(district.pk, _drawn(rng, now)[1], grid) for grid in grids]
    return seconds(lambda: [similar.find(sought, who, now) for sought in wanted])


def found_again() -> float:
    """Return the share of recent requests that somebody's rewording of them finds, in the same grid."""
    who, now = standing_for(User.objects.get(username="clerk")), timezone.now()
    recent = list(Request.objects.order_by("-received_at")[:100])
    found = 0
    for matter in recent:
        said = matter.text.replace("，", "").replace("请", "麻烦").replace("号楼", "栋")
        likes = similar.find(similar.Sought(matter.district_id, said, matter.grid_id), who, now)
        found += any(like.matter.pk == matter.pk for like in likes)
    return found / len(recent)
