"""Addresses of the hotline."""

from django.urls import path

from hotline.views import requests

app_name = "hotline"
urlpatterns = [
    path("", requests.requests, name="requests"),
    path("<int:pk>/", requests.request_page, name="request"),
]
