"""How members are related to the head of their household (GB/T 4761), and what a relation becomes under a new head.

A guess is offered only where it follows; else the member is "other relative", and whoever changes the head corrects
it in the form.
"""

from residents.identity_numbers import FEMALE, MALE

HEAD = "02"
SPOUSES = frozenset({"10", "11", "12"})
SONS = frozenset({"20", "21", "22", "23", "24", "25", "26", "27", "29"})
DAUGHTERS = frozenset({"30", "31", "32", "33", "34", "35", "36", "37", "39"})
CHILDREN = SONS | DAUGHTERS
CHILDREN_IN_LAW = frozenset({"28", "38"})
GRANDCHILDREN = frozenset(f"4{digit}" for digit in range(10))
PARENTS = frozenset({"50", "51", "52", "57", "58", "59"})
PARENTS_IN_LAW = frozenset({"53", "54", "55", "56"})
SIBLINGS = frozenset({"70", "71", "73", "75", "77", "79"})
RELATIVE, STRANGER = "97", "99"


def of_old_head(new_head: str, sex: str) -> str:
    """Return what the old head is to the new one, who was `new_head` to them; `sex` is the old head's."""
    if new_head in SPOUSES:
        return _by_sex(sex, "11", "12", "10")
    if new_head in CHILDREN:
        return _by_sex(sex, "51", "52", "50")
    if new_head in PARENTS:
        return _by_sex(sex, "20", "30", "29")
    if new_head in SIBLINGS:
        return "70"
    return STRANGER if new_head == STRANGER else RELATIVE


def of_member(new_head: str, member: str, new_head_sex: str) -> str:
    """Return what somebody who was `member` to the old head is to the new one, who was `new_head` to that head."""
    if STRANGER in {new_head, member}:
        return STRANGER
    if new_head in SPOUSES:
        return _through_marriage(member, new_head_sex)
    if new_head in CHILDREN:
        return _to_child(member)
    if new_head in PARENTS:
        return _to_parent(member)
    return RELATIVE


def _through_marriage(member: str, sex: str) -> str:
    """Children stay children; the head's parents become the spouse's parents-in-law and the other way round."""
    if member in CHILDREN | CHILDREN_IN_LAW | GRANDCHILDREN:
        return member
    if member == "51":
        return _by_sex(sex, "55", "53", RELATIVE)
    if member == "52":
        return _by_sex(sex, "56", "54", RELATIVE)
    if member in {"53", "55"}:
        return "51"
    if member in {"54", "56"}:
        return "52"
    return RELATIVE


def _to_child(member: str) -> str:
    if member in SPOUSES:
        return {"11": "51", "12": "52"}.get(member, "50")
    if member in CHILDREN:
        return "70"
    if member in PARENTS:
        return {"51": "61", "52": "62"}.get(member, "60")
    return RELATIVE


def _to_parent(member: str) -> str:
    if member in CHILDREN:
        return "41" if member in SONS else "42"
    if member in PARENTS:
        return {"51": "11", "52": "12"}.get(member, "10")
    if member in SPOUSES:
        return {"11": "28", "12": "38"}.get(member, RELATIVE)
    if member in SIBLINGS:
        return {"71": "20", "73": "20", "75": "30", "77": "30"}.get(member, RELATIVE)
    return RELATIVE


def _by_sex(sex: str, male: str, female: str, unknown: str) -> str:
    return {MALE: male, FEMALE: female}.get(sex, unknown)
