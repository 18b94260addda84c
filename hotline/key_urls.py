"""Addresses of key supervision and of the weekly circular."""

from django.urls import path

from hotline.views import circulars, key

urlpatterns = [
    path("key-cases/", key.ledger, name="ledger"),
    path("key-cases/workbook/", key.ledger_workbook, name="ledger-workbook"),
    path("<int:pk>/flag/", key.flag, name="flag"),
    path("<int:pk>/unflag/", key.unflag, name="unflag"),
    path("circulars/", circulars.circular_list, name="circulars"),
    path("circulars/compose/", circulars.compose, name="circular-compose"),
    path("circulars/<int:pk>/", circulars.circular, name="circular"),
    path("circulars/<int:pk>/publish/", circulars.publish, name="circular-publish"),
    path("circulars/<int:pk>/print/", circulars.printed, name="circular-print"),
    path("circulars/<int:pk>/workbook/", circulars.workbook, name="circular-workbook"),
]
