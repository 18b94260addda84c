"""Addresses around personal data: looks, lists taken along, residents' own requests. Part of residents/urls.py."""

from django.urls import URLPattern, URLResolver, path

from residents.views import exports, looks

urlpatterns: list[URLPattern | URLResolver] = [
    path("residents/<int:pk>/look/", looks.look_at_person, name="person-look"),
    path("organisations/<int:pk>/look/", looks.look_at_organisation, name="organisation-look"),
    path("registers/exports/", exports.exports_page, name="exports"),
    path("registers/exports/add/", exports.ask, name="export-ask"),
    path("registers/exports/<int:pk>/decide/", exports.decide, name="export-decide"),
    path("registers/exports/<int:pk>/fetch/", exports.fetch, name="export-fetch"),
    path("registers/looks/", looks.record, name="looks"),
]
