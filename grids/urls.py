"""Addresses of the tree, its maps, posts, units, the calendar, and the public's pages."""

import datetime as dt

from django.urls import path, register_converter

from grids.views import badges, calendar, maps, node_changes, nodes, posts, public, tree, units


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
    path("grids/<int:pk>/add/", node_changes.add, name="add"),
    path("grids/<int:pk>/edit/", node_changes.edit, name="edit"),
    path("grids/<int:pk>/move/", node_changes.move, name="move"),
    path("grids/<int:pk>/close/", node_changes.close, name="close"),
    path("grids/<int:pk>/boundary/", node_changes.boundary_edit, name="boundary-edit"),
    path("grids/posts/", posts.posts, name="posts"),
    path("grids/posts/add/", posts.post_add, name="post-add"),
    path("grids/posts/people/", posts.people, name="people"),
    path("grids/posts/<int:pk>/end/", posts.post_end, name="post-end"),
    path("grids/posts/<int:pk>/photo/", posts.post_photo, name="post-photo"),
    path("grids/posts/badges/", badges.cards, name="badges"),
    path("grids/posts/<int:pk>/badge/renew/", badges.renew, name="badge-renew"),
    path("grids/units/", units.units, name="units"),
    path("grids/units/add/", units.unit_add, name="unit-add"),
    path("grids/units/<int:pk>/edit/", units.unit_edit, name="unit-edit"),
    path("grids/calendar/", calendar.calendar, name="calendar"),
    path("grids/calendar/load/", calendar.calendar_load, name="calendar-load"),
    path("grids/calendar/upload/", calendar.calendar_upload, name="calendar-upload"),
    path("grids/calendar/<iso_date:date>/", calendar.calendar_day, name="calendar-day"),
    path("b/<str:code>/", badges.badge, name="badge"),
    path("b/<str:code>/qr.svg", badges.badge_qr, name="badge-qr"),
    path("b/<str:code>/photo/", badges.badge_photo, name="badge-photo"),
    path("g/<str:public_code>/", public.public, name="public"),
    path("g/<str:public_code>/qr.svg", public.public_qr, name="public-qr"),
    path("g/<str:public_code>/people/<int:pk>/photo/", public.public_photo, name="public-photo"),
]
