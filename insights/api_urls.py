"""Addresses of the figures in the API."""

from django.urls import URLPattern, path

from insights.api import RankingsView

urlpatterns: list[URLPattern] = [
    path("rankings/", RankingsView.as_view(), name="insights-rankings"),
]
