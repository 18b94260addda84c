"""Addresses of this app."""

from django.urls import URLPattern

app_name = "appraisal"
urlpatterns: list[URLPattern] = []
