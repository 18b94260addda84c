"""Addresses of appraisal in the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from appraisal.api import DecideView, ObjectionViewSet, ObjectView, ResultViewSet

router = SimpleRouter(use_regex_path=False)
router.register("results", ResultViewSet, basename="appraisal-result")
router.register("objections", ObjectionViewSet, basename="appraisal-objection")
urlpatterns = [
    path("", include(router.urls)),
    path("lines/<int:pk>/object/", ObjectView.as_view(), name="appraisal-line-object"),
    path("points/<int:pk>/object/", ObjectView.as_view(about="entry"), name="appraisal-points-object"),
    path("objections/<int:pk>/decide/", DecideView.as_view(), name="appraisal-objection-decide"),
]
