"""Addresses of the exchange with the city platform."""

from django.urls import path

from hotline.views import exchange, exchange_files, exchange_partners

urlpatterns = [
    path("exchanges/", exchange.exchanges, name="exchanges"),
    path("exchanges/new/", exchange.new, name="exchange-new"),
    path("exchanges/export/", exchange.export, name="exchange-export"),
    path("exchanges/<int:pk>/", exchange.exchange, name="exchange"),
    path("exchanges/<int:pk>/progress/", exchange.progress, name="exchange-progress"),
    path("exchanges/<int:pk>/replay/", exchange.replay, name="exchange-replay"),
    path("exchanges/<int:pk>/copy/", exchange_files.copy, name="exchange-copy"),
    path("exchanges/<int:pk>/download/", exchange_files.download, name="exchange-download"),
    path("exchanges/rows/<int:pk>/", exchange.row, name="exchange-row"),
    path("exchanges/statuses/<int:pk>/again/", exchange.again, name="exchange-again"),
    path("exchanges/partners/", exchange_partners.partners, name="exchange-partners"),
    path("exchanges/partners/new/", exchange_partners.add, name="exchange-partner-add"),
    path("exchanges/partners/<int:pk>/", exchange_partners.partner, name="exchange-partner"),
    path("exchanges/partners/<int:pk>/key/", exchange_partners.key, name="exchange-partner-key"),
    path("exchanges/partners/<int:pk>/revoke/", exchange_partners.revoke, name="exchange-partner-revoke"),
]
