"""Addresses of what is done to people and organisations in the API."""

from django.urls import URLPattern, path

from residents.api import ORGANISATION_VERBS, PERSON_VERBS, OrganisationActView, PersonActView
from residents.api_places import SearchView
from residents.api_reveal import REVEALED, RevealView

urlpatterns: list[URLPattern] = [
    *[
        path(f"{name}s/<int:pk>/reveal/", RevealView.as_view(model=model), name=f"{name}-reveal")
        for name, model in REVEALED.items()
    ],
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
