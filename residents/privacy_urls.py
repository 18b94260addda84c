"""Addresses around personal data: looks, lists taken along, residents' own requests. Part of residents/urls.py."""

from django.urls import URLPattern, URLResolver, path

from residents.views import looks

urlpatterns: list[URLPattern | URLResolver] = [
    path("residents/<int:pk>/look/", looks.look_at_person, name="person-look"),
    path("organisations/<int:pk>/look/", looks.look_at_organisation, name="organisation-look"),
    path("registers/looks/", looks.record, name="looks"),
]
