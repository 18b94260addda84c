from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

app_name = "workorders"


def stub(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse()


urlpatterns: list[URLPattern] = [path("work-orders/<int:pk>/", stub, name="detail")]
