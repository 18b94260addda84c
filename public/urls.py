"""Addresses of the public's pages (`p/`), of building leads' links (`l/`), and of those who print and give them."""

from django.urls import path

from public.views import held, leads, links, posters, reporting, tracking, visitors

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
    path("p/progress/rate/", tracking.rate, name="rate"),
    path("p/progress/reopen/", tracking.reopen, name="reopen"),
    path("l/", leads.form, name="lead-form"),
    path("l/done/", leads.done, name="lead-done"),
    path("l/<str:token>/", leads.enter, name="lead-enter"),
    path("lead-links/", links.links, name="links"),
    path("lead-links/<int:pk>/", links.link, name="link"),
    path("lead-links/<int:pk>/revoke/", links.revoke, name="link-revoke"),
    path("lead-links/<int:pk>/send/", links.send, name="link-send"),
    path("lead-links/buildings/<int:pk>/give/", links.give, name="link-give"),
    path("posters/buildings/<int:pk>/", posters.building, name="poster-building"),
    path("posters/grids/<int:pk>/", posters.grid, name="poster-grid"),
    path("posters/communities/<int:pk>/", posters.community, name="posters"),
    path("hotline/held/", held.held, name="held"),
    path("hotline/held/photos/<int:pk>/", held.photo, name="held-photo"),
    path("hotline/held/<int:pk>/let-in/", held.let_in, name="held-let-in"),
    path("hotline/held/<int:pk>/discard/", held.discard, name="held-discard"),
]
