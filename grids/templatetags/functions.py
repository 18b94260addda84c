"""Functions of units in templates: {{ unit.function|function_words }}."""

from django import template

from grids.functions import in_words

register = template.Library()
register.filter("function_words", in_words)
