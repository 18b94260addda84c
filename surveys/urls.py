"""Addresses of questionnaires and spot checks."""

from django.urls import path

from surveys.views import asking, surveys

app_name = "surveys"
urlpatterns = [
    path("", surveys.surveys, name="list"),
    path("to-ask/", asking.to_ask, name="to-ask"),
    path("add/", surveys.add, name="add"),
    path("<int:pk>/", surveys.survey, name="detail"),
    path("<int:pk>/edit/", surveys.edit, name="edit"),
    path("<int:pk>/discard/", surveys.discard, name="discard"),
    path("<int:pk>/draw/", surveys.draw, name="draw"),
    path("<int:pk>/close/", surveys.close, name="close"),
    path("<int:pk>/export/", surveys.workbook, name="export"),
    path("<int:pk>/ask/", asking.people, name="people"),
    path("people/<int:pk>/", asking.person, name="person"),
    path("people/<int:pk>/phone/", asking.phone, name="phone"),
]
