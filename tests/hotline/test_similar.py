"""Likely duplicates: by place, by words, by who asks; and nothing of what one may not see."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from grids.backends import standing_for
from hotline import identity, similar
from tests.factories import make_grid, make_ruled_line
from tests.hotlines import make_request

pytestmark = pytest.mark.django_db
LAMP = "京杭佳苑北门路灯已经三天不亮，晚上老人出行不便，请尽快维修。"
AGAIN = "京杭佳苑北门的路灯三天不亮了，老人晚上出行很不便，希望尽快维修"
NOISE = "楼下烧烤店每天营业到凌晨，油烟和噪音严重影响休息，多次沟通没有结果。"


@pytest.fixture
def line():
    return make_ruled_line("clerk", "worker")


def found(line, text=AGAIN, by="clerk", **known):
    sought = similar.Sought(line.district.pk, text, **known)
    return [like.matter for like in similar.find(sought, standing_for(line.people[by]), timezone.now())]


def test_the_same_words_are_found_wherever_they_were_written(line):
    lamp = make_request(line, title="路灯不亮", text=LAMP)
    make_request(line, title="油烟扰民", text=NOISE)
    make_request(make_ruled_line(), title="路灯不亮", text=LAMP)
    assert found(line) == [lamp]
    assert found(line, except_id=lamp.pk) == []


def test_the_place_and_the_requester_make_a_looser_likeness_enough(line):
    other = make_grid(line.community)
    lamp = make_request(
        line, title="路灯", text="北门路灯三天不亮，请处理。", phone_hash=identity.hash_to_keep("12900000001")
    )
    said = "小区北门路灯已经三天不亮，晚上特别黑，接孩子放学的家长走路都看不清，请尽快安排人员处理。"
    assert found(line, said, grid_id=other.pk) == []
    assert found(line, said, grid_id=line.base.pk) == [lamp]
    assert found(line, said, phone_hashes=identity.hashes("12900000001")) == [lamp]


def test_what_is_long_past_or_refused_is_no_duplicate(line):
    make_request(line, text=LAMP, received_at=timezone.now() - dt.timedelta(days=91))
    make_request(line, state="refused", text=LAMP)
    assert found(line) == []


def test_pairs_that_every_request_has_are_not_looked_up(line):
    for _each in range(30):
        make_request(line, title="路灯不亮", text="路灯不亮，请处理。", grid=None, community=None, street=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hotline_request")
    assert len(found(line, "路灯不亮，请处理。")) == similar.SHOWN
    similar.BY_WORDS, before = 20, similar.BY_WORDS
    try:
        assert found(line, "路灯不亮，请处理。") == [], "thirty rows were promised for any pair, and none is looked up"
    finally:
        similar.BY_WORDS = before


def test_it_takes_three_queries_and_empty_words_find_nothing(line, django_assert_num_queries):
    make_request(line, text=LAMP)
    who = standing_for(line.clerk)
    with django_assert_num_queries(3):
        similar.find(similar.Sought(line.district.pk, AGAIN, line.base.pk), who, timezone.now())
    assert found(line, "") == []
    assert found(line, " \n 🙂") == []
