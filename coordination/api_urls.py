"""Addresses of whistles and joint reviews in the API."""

from django.urls import URLPattern, path

from coordination.api import REVIEW_VERBS, SUMMONS_VERBS, WHISTLE_VERBS, ReviewActView, WhistleActView

urlpatterns: list[URLPattern] = [
    *[
        path(f"whistles/<int:pk>/{name}/", WhistleActView.as_view(verb=verb), name=f"whistle-{name}")
        for name, verb in WHISTLE_VERBS.items()
    ],
    *[
        path(f"whistles/<int:pk>/units/<int:unit>/{name}/", WhistleActView.as_view(verb=verb), name=f"summons-{name}")
        for name, verb in SUMMONS_VERBS.items()
    ],
    *[
        path(f"reviews/<int:pk>/{name}/", ReviewActView.as_view(verb=verb), name=f"review-{name}")
        for name, verb in REVIEW_VERBS.items()
    ],
]
