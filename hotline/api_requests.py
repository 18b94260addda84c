"""`/api/v1/hotline/requests/`: the desk's own reads and actions, for other systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline import actions, identity, seeing
from hotline.actions.acting import may
from hotline.models import Request
from hotline.querysets import RequestQuerySet
from hotline.request_lists import Tab, rows_of
from hotline.serializers import (
    RequestActIn,
    RequestAnswerIn,
    RequestCorrectIn,
    RequestDispatchIn,
    RequestFilter,
    RequestIn,
    RequestMergeIn,
    RequestNoteIn,
    RequestOut,
    RequestRefuseIn,
    RequestReopenIn,
    RequestRow,
)


class NewestRequests(CursorPagination):
    ordering = ("-received_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


@extend_schema_view(
    list=extend_schema(parameters=[RequestFilter]),
    retrieve=extend_schema(responses={200: RequestOut, 404: REFUSALS[404]}),
)
class RequestViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Request]):
    """Requests that one may see."""

    queryset = Request.objects.none()
    pagination_class = NewestRequests
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Request]]:
        return RequestRow if self.action == "list" else RequestOut

    def get_queryset(self) -> RequestQuerySet:
        who = standing_for(person(self.request))
        if self.action != "list":
            return Request.objects.seen_by(who)
        if not who.has(Permission.VIEW_REQUESTS):
            raise PermissionDenied
        given = RequestFilter(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        rows = rows_of(given.validated_data.get("tab", Tab.ALL), who, timezone.now())
        return rows.without_private()

    def retrieve(self, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        return _out(request, self.get_object())

    @extend_schema(request=RequestIn, responses={201: RequestOut, 400: REFUSALS[400], 403: REFUSALS[403]})
    def create(self, request: ApiRequest) -> Response:
        """Take a request in; it waits at the desk of one's district."""
        user = person(request)
        posts = standing_for(user).nodes(Permission.INTAKE)
        if not posts:
            raise PermissionDenied
        given = RequestIn(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        key = said.pop("client_uuid")
        asked = actions.Asked(**said, is_located=said["grid"] is not None)
        district = Grid.objects.get(tree_id=posts[0].tree_id, kind=Kind.DISTRICT)
        return _out(request, actions.receive(district, asked, actor=user, client_uuid=key), 201)


def _out(request: ApiRequest, matter: Request, status: int = 200) -> Response:
    """Answer with the request as it is now; that somebody was shown who asks stands on record."""
    user, fresh = person(request), Request.objects.get(pk=matter.pk)
    sees = identity.may_see(fresh, standing_for(user))
    if sees:
        seeing.note(user, fresh)
    context = {"request": request, "sees_identity": sees}
    return Response(RequestOut(fresh, context=context).data, status=status)


@dataclass(frozen=True)
class Verb:
    """What an act takes, and the action behind it: the pages' own."""

    takes: type[RequestActIn]
    action: Callable[..., Any]
    needs: Permission = Permission.INTAKE


def _correct(matter: Request, *, actor: Any, version: int | None = None, **changes: Any) -> Request:
    return actions.correct(matter, actor=actor, changes=changes, version=version)


REQUEST_VERBS = {
    "correct": Verb(RequestCorrectIn, _correct),
    "dispatch": Verb(RequestDispatchIn, actions.dispatch),
    "answer": Verb(RequestAnswerIn, actions.answer_directly),
    "refuse": Verb(RequestRefuseIn, actions.refuse),
    "merge": Verb(RequestMergeIn, actions.merge),
    "unmerge": Verb(RequestNoteIn, actions.unmerge),
    "reopen": Verb(RequestReopenIn, actions.reopen, Permission.REOPEN),
}


class RequestActView(GenericAPIView[Request]):
    """One act on a request; which one, the address says."""

    verb = REQUEST_VERBS["dispatch"]
    queryset = Request.objects.none()

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.verb.takes

    @extend_schema(responses={200: RequestOut, **REFUSALS})
    def post(self, request: ApiRequest, pk: int) -> Response:
        user = person(request)
        matter = get_object_or_404(Request.objects.visible_to(user), pk=pk)
        if not may(standing_for(user), self.verb.needs, matter):
            raise PermissionDenied
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.verb.action(matter, actor=user, **given.validated_data)
        return _out(request, matter)
