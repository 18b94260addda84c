"""Addresses of the public's pages (`p/`), of building leads' links (`l/`), and of those who print and give them."""

from django.urls import path

from public.views import reporting, tracking, visitors

app_name = "public"
urlpatterns = [
    path("p/", visitors.start, name="start"),
    path("p/at/<str:code>/", visitors.at, name="at"),
    path("p/who/", visitors.who, name="who"),
    path("p/privacy/", visitors.privacy, name="privacy"),
    path("p/outline.json", visitors.outline, name="outline"),
    path("p/report/", reporting.report, name="report"),
    path("p/at/<str:code>/report/", reporting.report, name="report-at"),
    path("p/similar/", reporting.similar, name="similar"),
    path("p/sent/", reporting.sent, name="sent"),
    path("p/track/", tracking.track, name="track"),
    path("p/progress/", tracking.show, name="progress"),
]
