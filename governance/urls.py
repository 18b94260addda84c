"""Every address of the product: pages by app, the API, the public's pages, health."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("accounts.urls")),
    path("grids/", include("grids.urls")),
    path("", include("workorders.urls")),
]
