"""How personal data is shown: enough to recognise what one knows, not enough to learn it (DOMAIN.md §4.3).

Everything of a resident that reaches a page, the API or a file passes through one of these, on the server. A date of
birth is never shown beside a masked identity number: together with the region they would name the person.
"""

import re

from residents import addresses, surnames

_MANY = 3
"""At most so many stars for a name, so that its length does not give a foreign name away."""
_NUMBERS = re.compile(r"[A-Z]?\d+[A-Z]?")


def name(text: str) -> str:
    """Keep the surname: 张*, 李**, 欧阳**; of a name in letters the first one."""
    text = text.strip()
    if not text:
        return ""
    surname, given = (text[0], text[1:]) if text[0].isascii() or "·" in text else surnames.split(text)
    return surname + "*" * min(max(len(given), 1), _MANY)


def identity_number(text: str, *, head: int = 3) -> str:
    """Keep the first three and the last four; `head=6` only in the list of a grid's own worker."""
    if len(text) <= head + 4:
        return tail(text)
    return text[:head] + "*" * (len(text) - head - 4) + text[-4:]


def tail(last4: str) -> str:
    """Show the last four, as where only they are at hand; nothing else is known of the number then."""
    return "**" + last4[-4:] if last4 else ""


def phone(text: str) -> str:
    """Mask a number in the form of `phones.read`: 138****5678, 0537-***5678, 400-***4567; no extension."""
    if not text:
        return ""
    if "-" in text:
        area, number, *_extension = text.split("-")
        number = "".join([number, *_extension]) if area in {"400", "800"} else number
        return f"{area}-***{number[-4:]}"
    if len(text) < 8:
        return "*" * len(text)
    return f"{text[:3]}****{text[-4:]}"


def credit_code(text: str) -> str:
    """Keep the first four and the last four."""
    return text[:4] + "*" * (len(text) - 8) + text[-4:] if len(text) > 8 else "*" * len(text)


def house(estate: str, building: str, unit: str) -> str:
    """Show where a house is, down to its building: 颂运水庭 4号楼*单元***."""
    shown = f"{building}{'号楼' if building[-1].isdigit() else '座'}" if building else ""
    return f"{estate} {shown}{'*单元' if unit else ''}***".strip()


def address(text: str) -> str:
    """Keep an address down to its building; of one without a building no number is kept."""
    found = addresses.cut(text)
    if found is None:
        return _NUMBERS.sub("**", addresses.tidy(text))
    place, _rest = found
    return f"{place}{'*单元' if addresses.parse_house(text).unit else ''}***"
