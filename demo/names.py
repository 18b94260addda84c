"""Invented names of people: surnames of Shandong, given names by the time of birth (DOMAIN.md §7.3)."""

import random
from itertools import accumulate

_SURNAMES = {
    "王": 11, "张": 9.5, "李": 9, "刘": 7, "孙": 3.5, "陈": 3, "杨": 2.5, "赵": 2.5, "徐": 2, "孔": 1.5, "孟": 1,
    "周": 2, "吴": 2, "马": 2, "朱": 2, "胡": 1.5, "高": 1.5, "郭": 1.5, "宋": 1.3, "韩": 1.2, "于": 1.2, "董": 1,
    "程": 1, "曹": 1, "袁": 1, "许": 1, "冯": 1, "崔": 1, "任": 1, "田": 1, "姜": 1, "范": 1, "潘": 1, "石": 1,
    "仇": 0.2, "单": 0.2, "解": 0.2, "欧阳": 0.1, "司马": 0.05, "颜": 0.5, "曾": 0.4, "鲍": 0.3, "汤": 0.3,
}  # fmt: skip
_FAMILIES = list(_SURNAMES)
_WEIGHTS = list(accumulate(_SURNAMES.values()))

_COHORTS = (
    (1945, "德福贵全庆兴广义忠文", "秀英兰芝桂荣凤莲玉珍"),
    (1965, "建国卫军永红胜利志援朝", "秀云桂英玉兰爱华淑珍"),
    (1985, "伟强磊军勇杰涛明超刚平", "敏静丽芳娟艳霞玲红燕"),
    (2005, "鹏飞鑫波斌宇浩凯俊帅旭", "雪琳晓婷慧倩颖欣佳洁"),
    (2100, "梓轩浩然子涵宇辰博文铭泽", "子涵雨桐欣怡诗涵梓萱可馨"),
)
"""Born before this year: characters of men's and women's names."""

_ONE_CHARACTER = 0.12


def family(rng: random.Random) -> str:
    """Draw a surname."""
    return rng.choices(_FAMILIES, cum_weights=_WEIGHTS)[0]


def given(rng: random.Random, year: int, *, is_male: bool) -> str:
    """Draw the given name of somebody born in this year."""
    men, women = next((men, women) for before, men, women in _COHORTS if year < before)
    pool = men if is_male else women
    first = pool[int(rng.random() * len(pool))]
    return first if rng.random() < _ONE_CHARACTER else first + pool[int(rng.random() * len(pool))]
