"""Addresses of what is done to people and organisations in the API."""

from django.urls import URLPattern, path

from residents.api import ORGANISATION_VERBS, PERSON_VERBS, OrganisationActView, PersonActView
from residents.api_places import SearchView

urlpatterns: list[URLPattern] = [
    path("residents/search/", SearchView.as_view(), name="register-search"),
    *[
        path(f"residents/<int:pk>/{name}/", PersonActView.as_view(verb=verb), name=f"resident-{name}")
        for name, verb in PERSON_VERBS.items()
    ],
    *[
        path(f"organisations/<int:pk>/{name}/", OrganisationActView.as_view(verb=verb), name=f"organisation-{name}")
        for name, verb in ORGANISATION_VERBS.items()
    ],
]
