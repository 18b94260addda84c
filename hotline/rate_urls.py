"""Addresses of the six rates."""

from django.urls import path

from hotline.views import rates

urlpatterns = [
    path("rates/", rates.rates_page, name="rates"),
    path("rates/list/", rates.rate_list, name="rate-list"),
    path("rates/workbook/", rates.workbook, name="rates-workbook"),
]
