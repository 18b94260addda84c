"""Rules in templates: {{ row.source|source_words }}, {{ row.value|span_words:row.unit }}."""

from django import template

from workorders.rule_words import source_in_words, span_in_words

register = template.Library()
register.filter("source_words", source_in_words)
register.filter("span_words", span_in_words)
