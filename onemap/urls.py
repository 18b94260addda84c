"""Addresses of the one map."""

from django.urls import path

from onemap.views import data, pages, sharing

app_name = "onemap"
urlpatterns = [
    path("", pages.map_page, name="map"),
    path("list/", pages.listing, name="list"),
    path("boundaries.json", data.boundaries, name="boundaries"),
    path("figures.json", data.figures, name="figures"),
    path("points/<slug:layer>.json", data.points, name="points"),
    path("areas/<int:pk>/", pages.area_card, name="area-card"),
    path("cards/<slug:layer>/<int:pk>/", pages.card, name="card"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("sharing/begin/", sharing.begin, name="sharing-begin"),
    path("sharing/stop/", sharing.stop, name="sharing-stop"),
    path("sharing/position/", sharing.position, name="position"),
]
