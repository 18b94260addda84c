"""Addresses of the one map."""

from django.urls import path

from onemap.views import data, duty_hours, pages, sharing

app_name = "onemap"
urlpatterns = [
    path("", pages.map_page, name="map"),
    path("list/", pages.listing, name="list"),
    path("boundaries.json", data.boundaries, name="boundaries"),
    path("figures.json", data.figures, name="figures"),
    path("points/<slug:layer>.json", data.points, name="points"),
    path("areas/<int:pk>/", pages.area_card, name="area-card"),
    path("cards/<slug:layer>/<int:pk>/", pages.card, name="card"),
    path("duty-hours/", duty_hours.hours, name="duty-hours"),
    path("duty-hours/<int:pk>/remove/", duty_hours.remove, name="duty-hours-remove"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("sharing/begin/", sharing.begin, name="sharing-begin"),
    path("sharing/stop/", sharing.stop, name="sharing-stop"),
    path("sharing/position/", sharing.position, name="position"),
]
