"""`/api/v1/visits/`: past visits, recording one, and `due/`, the day plan; with the pages' sight and masking."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_shapes import REFUSALS
from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Grid
from residents.models import House, Organisation, Resident
from visits import actions, dayplan, planning
from visits.models import Visit
from visits.querysets import VisitQuerySet
from visits.serializers import PlanOut, StopMoveIn, VisitIn, VisitOut
from visits.views.plan import GRIDS, grids_of

PLACES: dict[str, Any] = {"house": House, "resident": Resident, "organisation": Organisation}


class NewestFirst(CursorPagination):
    ordering = ("-visited_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


@extend_schema_view(retrieve=extend_schema(responses={200: VisitOut, 404: REFUSALS[404]}))
class VisitViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Visit]):
    """Visits that one recorded (the list), or sees (one of them)."""

    queryset = Visit.objects.none()
    serializer_class = VisitOut
    pagination_class = NewestFirst
    lookup_value_converter = "int"

    def get_queryset(self) -> VisitQuerySet:
        user = person(self.request)
        rows = Visit.objects.visible_to(user)
        rows = rows.filter(visitor=user) if self.action == "list" else rows
        return rows.select_related("visitor").prefetch_related("people__resident")

    @extend_schema(request=VisitIn, responses={201: VisitOut, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Record a visit, and if given what was found. Safe to send again with the same `client_uuid`."""
        given = VisitIn(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        made = _record(request, dict(given.validated_data))
        fresh = Visit.objects.select_related("visitor").prefetch_related("people__resident").get(pk=made.pk)
        return Response(VisitOut(fresh, context=self.get_serializer_context()).data, status=201)

    @extend_schema(
        parameters=[OpenApiParameter("grid", int, description="One of the grids in which you visit; else your own.")],
        responses={200: PlanOut, **REFUSALS},
    )
    @action(detail=False, pagination_class=None)
    def due(self, request: Request) -> Response:
        """Say who is due in a grid today, in the order of the day plan."""
        return self._plan(request, self._grid(request))

    @extend_schema(
        request=StopMoveIn,
        parameters=[OpenApiParameter("grid", int, description="One of the grids in which you visit; else your own.")],
        responses={200: PlanOut, **REFUSALS},
    )
    @action(detail=False, methods=["post"], pagination_class=None, url_path="due/move", url_name="due-move")
    def due_move(self, request: Request) -> Response:
        """Put a stop of today's plan earlier or later; the order is yours alone and ends with the day."""
        grid = self._grid(request)
        given = StopMoveIn(data=request.data)
        given.is_valid(raise_exception=True)
        actions.move_stop(grid, actor=person(request), **given.validated_data)
        return self._plan(request, grid)

    def _grid(self, request: Request) -> Grid:
        who = standing_for(person(request))
        grids = grids_of(who)
        named = request.query_params.get("grid", "")
        if named:
            grid = grids.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
        else:
            own = [post.node_id for post in who.posts if post.kind in GRIDS]
            grid = grids.filter(pk__in=own).first()
        if grid is None:
            raise Http404
        found: Grid = grid
        return found

    def _plan(self, request: Request, grid: Grid) -> Response:
        who, today = standing_for(person(request)), timezone.localdate()
        planning.renew_grid(grid, today)
        plan = dayplan.make(grid, who, today)
        facts = {"grid": grid.pk, "day": today, "people": plan.people, "overdue": plan.overdue}
        return Response(PlanOut(facts | {"waiting": plan.waiting, "stops": plan.stops}).data)


@transaction.atomic
def _record(request: Request, given: dict[str, Any]) -> Visit:
    user = person(request)
    name = next(name for name in PLACES if name in given)
    model: type[models.Model] = PLACES[name]
    subject = get_object_or_404(model._default_manager.visible_to(user), pk=given.pop(name))  # type: ignore[attr-defined]
    kind, finding = given.pop("finding_kind", ""), given.pop("finding", "")
    asked = set(given.pop("people", []))
    people = list(Resident.objects.visible_to(user).filter(pk__in=asked).order_by("pk"))
    if len(people) != len(asked):
        raise ValidationError({"people": _("Somebody named does not live here any more; look at the house again.")})
    visit = actions.record(subject, actor=user, people=people, **given)
    if finding.strip():
        actions.write_entry(
            subject,
            actor=user,
            kind=kind,
            text=finding,
            client_uuid=uuid.uuid5(visit.client_uuid, "finding"),
            visit=visit,
            heard_at=visit.visited_at,
        )
    return visit
