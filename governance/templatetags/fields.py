"""Form widgets in the house's look: `{% load fields %}{{ field|control }}`."""

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """Render the widget with Tabler's class for its kind; what the form itself set stays."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = ""
    elif isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    return field.as_widget(attrs={"class": f"{css} {widget.attrs.get('class', '')}".strip()})
