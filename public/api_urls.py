"""Addresses of held reports and links in the API, below the hotline's."""

from django.urls import URLPattern, path

from public.api import DiscardView, HeldReportsView, LeadLinksView, LetInView, RevokeLinkView

urlpatterns: list[URLPattern] = [
    path("held/", HeldReportsView.as_view(), name="held-reports"),
    path("held/<int:pk>/let-in/", LetInView.as_view(), name="held-report-let-in"),
    path("held/<int:pk>/discard/", DiscardView.as_view(), name="held-report-discard"),
    path("links/", LeadLinksView.as_view(), name="lead-links"),
    path("links/<int:pk>/revoke/", RevokeLinkView.as_view(), name="lead-link-revoke"),
]
