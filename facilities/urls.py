"""Addresses of the register of facilities."""

from django.urls import path

from facilities.views import facilities, kinds, lists

app_name = "facilities"
urlpatterns = [
    path("", facilities.facilities, name="list"),
    path("add/", facilities.add, name="add"),
    path("export/", lists.workbook, name="export"),
    path("imports/", lists.imports, name="imports"),
    path("imports/<int:pk>/", lists.one_import, name="import"),
    path("imports/<int:pk>/run/", lists.run, name="import-run"),
    path("kinds/", kinds.kinds, name="kinds"),
    path("kinds/add/", kinds.add_kind, name="kind-add"),
    path("kinds/<slug:code>/", kinds.edit_kind, name="kind-edit"),
    path("<int:pk>/", facilities.facility, name="detail"),
    path("<int:pk>/edit/", facilities.edit, name="edit"),
    path("<int:pk>/state/", facilities.state, name="state"),
]
