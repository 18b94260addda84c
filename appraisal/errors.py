"""Refusals of the appraisal's rules; the pages show them as messages, the API answers 409 or 400."""

from grids.errors import Refused


class Refusal(Refused):
    """The rules of appraisal are against it; the text says why, in the reader's words."""
