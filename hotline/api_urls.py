"""Addresses of the hotline in the API."""

from django.urls import URLPattern, path

from hotline.api_calling import CallsView, CallView, RatesView
from hotline.api_exchange import ExchangeView
from hotline.api_key import CircularsView, CircularView, KeyCasesView
from hotline.api_requests import REQUEST_VERBS, RequestActView, RequestViewSet
from hotline.api_runs import ExchangeRowsView, ExchangesView
from hotline.api_suggesting import SuggestCategoriesView
from hotline.api_topics import HandleTopicView, TopicsView, TopicView

urlpatterns: list[URLPattern] = [
    path("requests/", RequestViewSet.as_view({"get": "list", "post": "create"}), name="hotline-requests"),
    path("requests/<int:pk>/", RequestViewSet.as_view({"get": "retrieve"}), name="hotline-request"),
    *[
        path(f"requests/<int:pk>/{name}/", RequestActView.as_view(verb=verb), name=f"hotline-request-{name}")
        for name, verb in REQUEST_VERBS.items()
    ],
    path("call-backs/", CallsView.as_view(), name="hotline-calls"),
    path("call-backs/<int:pk>/", CallView.as_view(), name="hotline-call"),
    path("rates/", RatesView.as_view(), name="hotline-rates"),
    path("topics/", TopicsView.as_view(), name="hotline-topics"),
    path("topics/<int:pk>/", TopicView.as_view(), name="hotline-topic"),
    path("topics/<int:pk>/handle/", HandleTopicView.as_view(), name="hotline-topic-handle"),
    path("key-cases/", KeyCasesView.as_view(), name="hotline-key-cases"),
    path("circulars/", CircularsView.as_view(), name="hotline-circulars"),
    path("circulars/<int:pk>/", CircularView.as_view(), name="hotline-circular"),
    path("exchanges/", ExchangesView.as_view(), name="hotline-exchanges"),
    path("exchanges/<int:pk>/rows/", ExchangeRowsView.as_view(), name="hotline-exchange-rows"),
    path("exchange/", ExchangeView.as_view(), name="hotline-exchange"),
    path("suggest-categories/", SuggestCategoriesView.as_view(), name="hotline-suggest-categories"),
]
