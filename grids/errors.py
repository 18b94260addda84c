"""Changes that the rules of the area refuse. Pages show the text as a message, the API answers 400 or 409."""


class Refused(Exception):
    """The text says in the reader's words why not; `field` names the input that is to blame, where one is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidTree(Refused):
    """The change would break a rule of the tree: who stands under whom, codes, what is still in force."""


class InvalidPost(Refused):
    """The post would overlap another, or does not fit the node, the unit or the person."""


class InvalidUnit(Refused):
    """The unit cannot be changed this way."""
