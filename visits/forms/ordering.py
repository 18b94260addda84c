"""What is asked to move a stop of the day plan."""

from django import forms

from visits.actions.ordering import Way


class MoveForm(forms.Form):
    stop = forms.IntegerField()
    way = forms.ChoiceField(choices=Way.choices)
