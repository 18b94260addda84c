"""Addresses of the figures in the API."""

from django.urls import URLPattern, path

from insights.api import RankingsView
from insights.api_figures import FiguresView

urlpatterns: list[URLPattern] = [
    path("figures/", FiguresView.as_view(), name="insights-figures"),
    path("rankings/", RankingsView.as_view(), name="insights-rankings"),
]
