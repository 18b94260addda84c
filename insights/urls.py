"""Addresses of the figures."""

from django.urls import path

from insights.views import dashboard

app_name = "insights"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("<int:pk>/", dashboard.dashboard, name="node"),
]
