"""Addresses of the one map in the API."""

from django.urls import path

from onemap.api import DutyHoursViewSet, FiguresView, LayersView, OutlinesView, PointsView, PositionView, SharingView

urlpatterns = [
    path("layers/", LayersView.as_view(), name="map-layers"),
    path("points/<slug:layer>/", PointsView.as_view(), name="map-points"),
    path("boundaries/<slug:level>/", OutlinesView.as_view(), name="map-boundaries"),
    path("figures/", FiguresView.as_view(), name="map-figures"),
    path("sharing/", SharingView.as_view(), name="map-sharing"),
    path(
        "duty-hours/",
        DutyHoursViewSet.as_view({"get": "list", "post": "create"}),
        name="map-duty-hours",
    ),
    path("duty-hours/<int:pk>/", DutyHoursViewSet.as_view({"delete": "destroy"}), name="map-duty-hours-one"),
    path("position/", PositionView.as_view(), name="map-position"),
]
