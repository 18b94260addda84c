"""Every address of the product: pages by app, the API, the public's pages, health."""

from django.urls import URLPattern, URLResolver, include, path

from governance import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("accounts.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("", include("grids.urls")),
    path("", include("workorders.urls")),
]
