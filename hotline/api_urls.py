"""Addresses of the hotline in the API."""

from django.urls import URLPattern, path

from hotline.api_suggesting import SuggestCategoriesView

urlpatterns: list[URLPattern] = [
    path("suggest-categories/", SuggestCategoriesView.as_view(), name="hotline-suggest-categories"),
]
