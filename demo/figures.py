"""One drawn person: age, name, numbers that can belong to nobody, schooling and so on (DOMAIN.md §7)."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from demo import names
from residents.identity_numbers import check_character

REGION = "370899"
"""Not assigned in GB/T 2260: such an identity number is nobody's."""
BORN_A_DAY = 500
"""Identity numbers that there are for each sex and day."""
_PHONES = 10**9
_PHONE_STEP = 387_420_489
"""Without a common factor with 10⁹, so that numbers look drawn and none comes twice."""

_SCHOOLING = (("81", 20), ("71", 37), ("61", 20), ("31", 12), ("21", 10), ("11", 1))
_SCHOOL_CODES = [code for code, _share in _SCHOOLING]
_SCHOOL_SHARES = list(accumulate(share for _code, share in _SCHOOLING))
_TRADES = (*("务农", "个体经营", "企业职工", "教师", "医护人员", "司机", "建筑工人", "服务业", "公务员", "自由职业"),)


@dataclass(slots=True)
class Figure:
    """What is drawn of a person before they live anywhere."""

    name: str
    is_male: bool
    born_on: dt.date
    kinship: str
    age: int


@dataclass(frozen=True)
class Numbers:
    """Which numbers are to be given here: others give the rest."""

    of_a_day: int = 0
    a_day: int = BORN_A_DAY
    """Of those of one sex and birth, where they begin and how many there are."""
    phones: int = 0


class Figures:
    """Draws people; no two get the same identity or telephone number."""

    def __init__(
        self, rng: random.Random, today: dt.date, entered_at: dt.datetime, numbers: Numbers = Numbers()
    ) -> None:
        """`entered_at` is when the registers were begun."""
        self.rng = rng
        self.today = today
        self.entered_at = entered_at
        self._numbers = numbers
        self._sequences: Counter[tuple[dt.date, bool]] = Counter()
        self._phones = numbers.phones

    def draw(self, family: str, age: int, *, is_male: bool, kinship: str) -> Figure:
        """Draw somebody of this surname and age in full years."""
        born_on = self.today - dt.timedelta(days=int(365.25 * age) + int(self.rng.random() * 364) + 1)
        given = names.given(self.rng, born_on.year, is_male=is_male)
        return Figure(family + given, is_male, born_on, kinship, age)

    def identity_number(self, figure: Figure) -> str:
        """Return the next free number of this birth and sex; the sequence is odd for men."""
        key = (figure.born_on, figure.is_male)
        if self._sequences[key] >= self._numbers.a_day:
            message = f"Too many people are born on one day: {figure.born_on}."
            raise ValueError(message)
        sequence = 2 * (self._numbers.of_a_day + self._sequences[key]) + figure.is_male
        self._sequences[key] += 1
        first17 = f"{REGION}{figure.born_on.isoformat().replace('-', '')}{sequence:03d}"
        return first17 + check_character(first17)

    def phone(self) -> str:
        """Return a number that nobody can dial."""
        self._phones += 1
        return f"12{self._phones * _PHONE_STEP % _PHONES:09d}"

    def education(self, age: int) -> str:
        if age < 15:
            return "90" if age < 7 else "81"
        return self.rng.choices(_SCHOOL_CODES, cum_weights=_SCHOOL_SHARES)[0]

    def political(self, age: int) -> str:
        draw = self.rng.random()
        if age >= 20 and draw < 0.07:
            return "01"
        return "03" if 14 <= age < 28 and draw < 0.3 else "13"

    def marital(self, figure: Figure, *, has_spouse: bool) -> str:
        if has_spouse:
            return "20"
        if figure.age < 30 or self.rng.random() < 0.3:
            return "10"
        return "30" if figure.age > 60 else "40"

    def occupation(self, age: int) -> str:
        if age < 16:
            return "学生" if age >= 6 else ""
        return "退休" if age >= 62 else self.rng.choice(_TRADES)

    def ethnicity(self) -> str:
        draw = self.rng.random()
        return "01" if draw < 0.99 else "03" if draw < 0.998 else "15"
