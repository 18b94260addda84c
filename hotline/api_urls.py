"""Addresses of the hotline in the API."""

from django.urls import URLPattern, path

from hotline.api_suggesting import SuggestCategoriesView
from hotline.api_topics import HandleTopicView, TopicsView, TopicView

urlpatterns: list[URLPattern] = [
    path("topics/", TopicsView.as_view(), name="hotline-topics"),
    path("topics/<int:pk>/", TopicView.as_view(), name="hotline-topic"),
    path("topics/<int:pk>/handle/", HandleTopicView.as_view(), name="hotline-topic-handle"),
    path("suggest-categories/", SuggestCategoriesView.as_view(), name="hotline-suggest-categories"),
]
