"""Addresses of this app."""

from django.urls import URLPattern

app_name = "onemap"
urlpatterns: list[URLPattern] = []
