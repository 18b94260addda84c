"""A small town of which the tests of this folder know every address."""

from locating.finding import find
from residents import addresses
from residents.models import House
from residents.querysets import path_of
from tests.factories import make_grid, make_line, square
from tests.registers import make_building, make_estate


class Town:
    """A district with two communities of two grids each, an estate in each grid, a village, and a micro-grid."""

    def __init__(self):
        line = make_line("worker")
        self.line, self.district, self.street = line, line.district, line.street
        self.district.code = "370899"
        self.district.save()
        self.first = named(line.community, "京杭社区居民委员会")
        self.a = named(line.base, "京杭社区第一网格")
        self.b = make_grid(self.first, name="京杭社区第二网格", boundary=square(116.60, 35.40))
        self.second = make_grid(line.street, name="古槐社区居民委员会")
        self.c = make_grid(self.second, name="古槐社区第一网格")
        self.village = make_grid(line.street, name="潘王乔村村委会", settlement="rural")
        self.v1 = make_grid(self.village, name="潘王乔村第一网格")
        self.v2 = make_grid(self.village, name="潘王乔村第二网格")
        self.micro = make_grid(self.c, kind="micro", name="古槐社区第一网格1号微网格")
        self.homes = make_estate(self.village, name="潘王乔村")
        for node in (
            self.district,
            self.first,
            self.second,
            self.village,
            self.b,
            self.c,
            self.v1,
            self.v2,
            self.micro,
        ):
            node.refresh_from_db()
        self.whole = estate(self.a, "颂运花园", "1", "2", "3", road="建设路12号")
        self.split = estate(self.a, "翠湖名苑小区", "1", "2")
        make_building(self.b, self.split, number="3")
        estate(self.b, "太白家园", "1")
        estate(self.c, "太白家园", "1", "2")
        self.in_micro = make_estate(self.second, name="龙湖公馆")
        make_building(self.micro, self.in_micro, number="1")
        for grid, number in ((self.v1, "12"), (self.v2, "57")):
            address, key = addresses.of_house("潘王乔村", "", "", f"{number}号")
            where = {"room_no": f"{number}号", "address": address, "address_key": key} | path_of(grid)
            House.objects.create(estate=self.homes, **where)

    def find(self, text="", **more):
        return find(text, district=self.district, **more)

    def grid(self, text, **more):
        """Return the grid that is surely meant, else None."""
        found = self.find(text, **more)
        return found.best.grid_id if found.is_sure else None


def named(node, name):
    node.name = name
    node.save()
    return node


def estate(grid, name, *numbers, **fields):
    made = make_estate(grid.parent, name=name, **fields)
    for number in numbers:
        make_building(grid, made, number=number)
    return made
