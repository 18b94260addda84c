"""Addresses of the figures."""

from django.urls import path

from insights.views import behind, cockpit, dashboard, displays, keeping, rankings

app_name = "insights"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("rankings/", rankings.rankings_page, name="rankings"),
    path("rankings/workbook/", rankings.workbook, name="rankings-workbook"),
    path("keeping/", keeping.keeping, name="keeping"),
    path("cockpit/", cockpit.cockpit, name="cockpit-own"),
    path("cockpit/<int:pk>/", cockpit.cockpit, name="cockpit"),
    path("displays/", displays.displays_page, name="displays"),
    path("displays/give/", displays.give, name="display-give"),
    path("displays/<int:pk>/revoke/", displays.revoke, name="display-revoke"),
    path("display/<str:code>/", cockpit.display, name="display"),
    path("<int:pk>/", dashboard.dashboard, name="node"),
    path("<int:pk>/rows/", behind.rows, name="behind"),
    path("<int:pk>/workbook/", dashboard.workbook, name="workbook"),
]
