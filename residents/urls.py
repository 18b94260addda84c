"""Addresses of the registers: places, people, organisations, search, and residents' own requests."""

from django.urls import URLPattern, URLResolver

app_name = "residents"
urlpatterns: list[URLPattern | URLResolver] = []
