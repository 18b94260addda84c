"""Addresses of the figures."""

from django.urls import path

from insights.views import behind, dashboard, keeping, rankings

app_name = "insights"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("rankings/", rankings.rankings_page, name="rankings"),
    path("rankings/workbook/", rankings.workbook, name="rankings-workbook"),
    path("keeping/", keeping.keeping, name="keeping"),
    path("<int:pk>/", dashboard.dashboard, name="node"),
    path("<int:pk>/rows/", behind.rows, name="behind"),
    path("<int:pk>/workbook/", dashboard.workbook, name="workbook"),
]
