"""What can be wrong with a cell or a row, in words: what it is, and what mends it. Nothing read is ever repeated."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.tables import refusals
from residents import credit_codes, identity_numbers, phones
from residents.reading import Unreadable

Words = tuple["str | Promise", "str | Promise"]

_OWN: dict[str, Words] = {
    "needed": (_("The cell is empty, but needed."), _("Fill it in.")),
    "too_long": (_("The text is too long."), _("Shorten it.")),
    "name_form": (_("This is no name."), _("A name has letters or characters, and no digits.")),
    "code_unknown": (_("The register does not know this value."), _("Take a value from the template's list.")),
    "kind_others": (
        _("The row has details that another kind of person has; they are left out."),
        _("Correct the kind, or empty these cells."),
    ),
    "flag_form": (_("Write yes or no."), _("是 or 否.")),
    "number_form": (_("This is no number, or one out of bounds."), _("Write digits only.")),
    "day_form": (_("This is no date."), _("Write it as 1985-07-12.")),
    "day_incomplete": (_("The date is not complete."), _("Year, month and day are needed: 1985-07-12.")),
    "day_unreal": (_("There is no such day."), _("Compare it with the document.")),
    "day_future": (_("The day has not come yet."), _("Compare it with the document.")),
    "certificate_form": (_("This is no number of such a certificate."), _("Compare it with the document.")),
    "identity_converted": (
        _("An old number of 15 digits was converted into one of 18."),
        _("Compare it with the identity card when there is an occasion."),
    ),
    "born_differs": (
        _("The date of birth differs from the one in the identity number."),
        _("The number's is taken; mend the list."),
    ),
    "sex_differs": (
        _("The sex differs from the one in the identity number."),
        _("The number's is taken; mend the list."),
    ),
    "phone_several": (_("The cell holds several telephone numbers."), _("The first one is taken.")),
    "node_unknown": (
        _("There is no such grid or community."),
        _("Write its code, or its name as it stands in the tree."),
    ),
    "node_ambiguous": (_("Several nodes have this name."), _("Write the grid's code, or name its community too.")),
    "outside": (_("The row lies outside the area of this roster."), _("Hand it to whoever keeps that area.")),
    "node_contradicts": (_("The grid does not belong to the community."), _("Correct one of them.")),
    "node_too_high": (_("Name a grid or a community, not something above them."), _("Write the grid's code.")),
    "house_no_room": (_("The address names no house."), _("Building, unit and room are needed, or a house number.")),
    "house_no_grid": (
        _("Neither the house nor its building is in the register, and the row names no grid."),
        _("Name the grid, or enter the estate and its building first: rows then follow their building."),
    ),
    "house_elsewhere": (_("The house lies in another grid than the row says."), _("The house's grid is taken.")),
    "place_none": (_("The row says neither house nor grid."), _("Give one of them.")),
    "house_ambiguous": (_("The address fits several houses."), _("Name the community or the grid.")),
    "person_unsure": (
        _("Without a number, a date of birth or a house nobody is told apart."),
        _("Give the identity number, or birth and house."),
    ),
    "several_names": (_("Another row has the same number with another name."), _("Correct the wrong one of them.")),
    "head_none": (_("The household has no head in the list."), _("Write 户主 for one of its members.")),
    "head_several": (_("The household has several heads."), _("Write 户主 for one of its members only.")),
    "code_or_name": (_("The organisation is not told apart."), _("Give the credit code, or name and community.")),
    "role_node": (_("This post is not held at such a node."), _("Compare post and node.")),
    "not_written": (_("It could not be written."), _("Enter it by hand; the page there says what is wrong.")),
}


def of(code: str) -> Words:
    """Return what a problem of this code is, and what mends it."""
    if code in _OWN:
        return _OWN[code]
    if code in refusals.FAULTS:
        return refusals.FAULTS[code], refusals.HINTS[code]  # type: ignore[index]  # Fault is a str
    group, _sep, rest = code.partition("_")
    source = {"identity": identity_numbers, "phone": phones, "credit": credit_codes}[group]
    problem = source.problem(rest)
    return problem.message, problem.hint


def wrong(code: str) -> Unreadable:
    """Return the error of this code."""
    return Unreadable(code, *_OWN[code])
