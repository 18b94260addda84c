"""Every address of the product: pages by app, the API, the public's pages, health."""

from django.urls import URLPattern, URLResolver, include, path

from governance import health
from workorders.views.workbench import workbench

urlpatterns: list[URLPattern | URLResolver] = [
    path("", workbench, name="home"),
    path("api/v1/", include("governance.api_urls")),
    path("accounts/", include("accounts.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("", include("grids.urls")),
    path("", include("residents.urls")),
    path("", include("locating.urls")),
    path("facilities/", include("facilities.urls")),
    path("", include("rosters.urls")),
    path("", include("workorders.urls")),
    path("", include("coordination.urls")),
    path("", include("supervision.urls")),
    path("", include("admission.urls")),
    path("care/", include("care.urls")),
    path("gateway/", include("gateway.urls")),
    path("messages/", include("messaging.urls")),
    path("", include("visits.urls")),
    path("hotline/", include("hotline.urls")),
    path("", include("public.urls")),
    path("insights/", include("insights.urls")),
    path("map/", include("onemap.urls")),
    path("warnings/", include("alerts.urls")),
    path("surveys/", include("surveys.urls")),
    path("appraisal/", include("appraisal.urls")),
    path("bulletins/", include("bulletins.urls")),
]

handler400 = "governance.errors.bad_request"
handler403 = "governance.errors.forbidden"
handler404 = "governance.errors.not_found"
handler500 = "governance.errors.broken"
