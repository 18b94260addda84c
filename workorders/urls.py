"""Addresses of work orders."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from workorders import photo_views

app_name = "workorders"


def stub(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("work-orders/<int:pk>/", stub, name="detail"),
    path("photos/<int:pk>/", photo_views.photo, name="photo"),
    path("photos/<int:pk>/small/", photo_views.thumbnail, name="photo-thumb"),
]
