"""Addresses around personal data: looks, lists taken along, residents' own requests. Part of residents/urls.py."""

from django.urls import URLPattern, URLResolver, path

from residents.views import exports, handovers, looks, own_requests

urlpatterns: list[URLPattern | URLResolver] = [
    path("residents/<int:pk>/look/", looks.look_at_person, name="person-look"),
    path("organisations/<int:pk>/look/", looks.look_at_organisation, name="organisation-look"),
    path("places/houses/<int:pk>/look/", looks.look_at_house, name="house-look"),
    path("registers/exports/", exports.exports_page, name="exports"),
    path("registers/exports/add/", exports.ask, name="export-ask"),
    path("registers/exports/<int:pk>/decide/", exports.decide, name="export-decide"),
    path("registers/exports/<int:pk>/fetch/", exports.fetch, name="export-fetch"),
    path("residents/<int:pk>/requests/add/", own_requests.add, name="own-request-add"),
    path("registers/requests/", own_requests.requests_page, name="own-requests"),
    path("registers/requests/<int:pk>/", own_requests.own_request, name="own-request"),
    path("registers/requests/<int:pk>/answer/", own_requests.answer, name="own-request-answer"),
    path("registers/requests/<int:pk>/copy/", own_requests.copy, name="own-request-copy"),
    path("registers/handovers/", handovers.handovers, name="handovers"),
    path("registers/handovers/<int:pk>/", handovers.handover, name="handover"),
    path("registers/handovers/<int:pk>/accept/", handovers.accept, name="handover-accept"),
    path("registers/handovers/<int:pk>/refuse/", handovers.refuse, name="handover-refuse"),
    path("registers/handovers/<int:pk>/withdraw/", handovers.withdraw, name="handover-withdraw"),
    path("registers/looks/", looks.record, name="looks"),
]
