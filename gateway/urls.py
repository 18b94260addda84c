"""Addresses of the gateway's pages."""

from django.urls import path

from gateway.views import deliveries, receivers

app_name = "gateway"
urlpatterns = [
    path("receivers/", receivers.receivers, name="receivers"),
    path("receivers/add/", receivers.add, name="receiver-add"),
    path("receivers/<int:pk>/", deliveries.receiver, name="receiver"),
    path("receivers/<int:pk>/edit/", receivers.edit, name="receiver-edit"),
    path("receivers/<int:pk>/remove/", receivers.remove, name="receiver-remove"),
    path("receivers/<int:pk>/secret/", receivers.secret, name="receiver-secret"),
    path("receivers/<int:pk>/secret/end/", receivers.secret_end, name="receiver-secret-end"),
    path("receivers/<int:pk>/test/", deliveries.test, name="receiver-test"),
    path("receivers/<int:pk>/pause/", deliveries.pause, name="receiver-pause"),
    path("receivers/<int:pk>/resume/", deliveries.resume, name="receiver-resume"),
    path("receivers/<int:pk>/replay/", deliveries.replay_since, name="receiver-replay"),
    path("deliveries/<int:pk>/replay/", deliveries.replay, name="delivery-replay"),
]
