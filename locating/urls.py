"""Addresses of the pages that find a grid by an address."""

from django.urls import path

from locating import views

app_name = "locating"
urlpatterns = [
    path("grids/find/", views.find, name="find"),
    path("grids/find/correct/", views.correct, name="correct"),
    path("grids/corrections/", views.corrections, name="corrections"),
    path("grids/corrections/<int:pk>/retire/", views.retire, name="correction-retire"),
]
