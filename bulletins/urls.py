"""Addresses of briefings and subscriptions."""

from django.urls import path

from bulletins.views import reading, subscriptions, writing

app_name = "bulletins"
urlpatterns = [
    path("", reading.bulletin_list, name="list"),
    path("compose/", writing.compose, name="compose"),
    path("rules/", writing.rules_page, name="rules"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<int:pk>/stop/", subscriptions.stop, name="subscription-stop"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/print/", reading.printed, name="print"),
    path("<int:pk>/file/<str:file>/", reading.download, name="download"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/recompute/", writing.recompute, name="recompute"),
    path("<int:pk>/recipients/", writing.add_recipients, name="recipients-add"),
    path("<int:pk>/recipients/drop/", writing.drop_recipients, name="recipients-drop"),
    path("<int:pk>/publish/", writing.publish, name="publish"),
    path("<int:pk>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:pk>/discard/", writing.discard, name="discard"),
]
