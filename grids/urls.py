"""Addresses of the tree, its maps, the calendar, and the public's pages."""

import datetime as dt

from django.urls import path, register_converter

from grids.views import calendar, maps, nodes, public, tree


class IsoDate:
    """A day in an address: 2026-11-20."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(IsoDate, "iso_date")

app_name = "grids"
urlpatterns = [
    path("grids/", tree.tree, name="tree"),
    path("grids/suggest/", tree.suggest, name="suggest"),
    path("grids/boundaries.json", maps.boundaries, name="boundaries"),
    path("grids/locate.json", maps.locate, name="locate"),
    path("grids/<int:pk>/", nodes.detail, name="detail"),
    path("grids/<int:pk>/children/", tree.children, name="children"),
    path("grids/calendar/", calendar.calendar, name="calendar"),
    path("grids/calendar/load/", calendar.calendar_load, name="calendar-load"),
    path("grids/calendar/upload/", calendar.calendar_upload, name="calendar-upload"),
    path("grids/calendar/<iso_date:date>/", calendar.calendar_day, name="calendar-day"),
    path("g/<str:public_code>/", public.public, name="public"),
    path("g/<str:public_code>/qr.svg", public.public_qr, name="public-qr"),
    path("g/<str:public_code>/people/<int:pk>/photo/", public.public_photo, name="public-photo"),
]
