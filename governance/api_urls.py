"""Addresses of the API, version 1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from accounts.api import TokenView
from alerts.api import WarningViewSet
from bulletins.api import BulletinViewSet
from coordination.api import ReviewViewSet, WhistleViewSet
from facilities.api import FacilityViewSet
from gateway.api import EventsView
from grids.api import GridViewSet
from hotline.api_replies import DraftView, ReplyViewSet, ToldView
from locating.api import FindView
from messaging.api import MessageViewSet
from residents.api import OrganisationViewSet, ResidentViewSet
from residents.api_handovers import HandoverViewSet
from residents.api_places import BuildingViewSet, EstateViewSet, HouseViewSet
from supervision.api import ACTS, ActView, SupervisionViewSet
from surveys.api import AnswerView, SurveyViewSet
from visits.api import VisitViewSet
from workorders.api import CategoryViewSet, MoveView, OrderViewSet, PhotoView
from workorders.api_moves import MOVES
from workorders.serializers import kebab

app_name = "api"
router = SimpleRouter(use_regex_path=False)
router.register("grids", GridViewSet, basename="grid")
router.register("categories", CategoryViewSet, basename="category")
router.register("work-orders", OrderViewSet, basename="work-order")
router.register("facilities", FacilityViewSet, basename="facility")
router.register("estates", EstateViewSet, basename="estate")
router.register("buildings", BuildingViewSet, basename="building")
router.register("houses", HouseViewSet, basename="house")
router.register("residents", ResidentViewSet, basename="resident")
router.register("handovers", HandoverViewSet, basename="handover")
router.register("organisations", OrganisationViewSet, basename="organisation")
router.register("whistles", WhistleViewSet, basename="whistle")
router.register("reviews", ReviewViewSet, basename="review")
router.register("supervision", SupervisionViewSet, basename="supervision")
router.register("messages", MessageViewSet, basename="message")
router.register("replies", ReplyViewSet, basename="reply")
router.register("bulletins", BulletinViewSet, basename="bulletin")
router.register("surveys", SurveyViewSet, basename="survey")
router.register("visits", VisitViewSet, basename="visit")
router.register("warnings", WarningViewSet, basename="warning")

urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("", include(router.urls)),
    *[
        path(f"work-orders/<int:pk>/{kebab(move)}/", MoveView.as_view(move=move), name=f"work-order-{kebab(move)}")
        for move in MOVES
    ],
    *[
        path(f"supervision/<int:pk>/{kebab(act)}/", ActView.as_view(act=act), name=f"supervision-{kebab(act)}")
        for act in ACTS
    ],
    path("photos/<int:pk>/", PhotoView.as_view(), name="photo"),
    path("photos/<int:pk>/small/", PhotoView.as_view(column="thumbnail"), name="photo-thumb"),
    path("", include("residents.api_urls")),
    path("locating/find/", FindView.as_view(), name="locating-find"),
    path("", include("coordination.api_urls")),
    path("hotline/", include("hotline.api_urls")),
    path("hotline/", include("public.api_urls")),
    path("insights/", include("insights.api_urls")),
    path("appraisal/", include("appraisal.api_urls")),
    path("map/", include("onemap.api_urls")),
    path("work-orders/<int:pk>/reply/", DraftView.as_view(), name="work-order-reply"),
    path("requests/<int:pk>/told/", ToldView.as_view(), name="request-told"),
    path("survey-people/<int:pk>/answer/", AnswerView.as_view(), name="survey-answer"),
    path("events/", EventsView.as_view(), name="events"),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"),
]
