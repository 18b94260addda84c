"""Why something about a roster cannot be done."""


class InvalidRoster(Exception):
    """A message for whoever asked; the pages show it, the API answers 409."""
