"""Addresses of the pages of messages to residents."""

from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.message_list, name="list"),
    path("<int:pk>/try-again/", views.try_again, name="try-again"),
    path("ways/<slug:way>/try-again/", views.try_all_again, name="try-all-again"),
]
