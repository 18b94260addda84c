"""`/api/v1/bulletins/`: the briefings that one may see, with their texts and tables, and their files. Read only."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from accounts import audit
from accounts.tokens import person
from bulletins.document import words
from bulletins.models import Bulletin
from bulletins.querysets import BulletinQuerySet
from bulletins.states import File
from bulletins.views.reading import WRITERS, answer


class LatestFirst(CursorPagination):
    ordering = ("-ends_on", "-id")
    page_size = 50


class BulletinRow(serializers.ModelSerializer[Bulletin]):
    node_name = serializers.CharField(source="node.name", read_only=True)
    published_by_name = serializers.CharField(source="published_by.display_name", read_only=True, default="")

    class Meta:
        model = Bulletin
        fields = [
            *("id", "kind", "node", "node_name", "starts_on", "ends_on", "year", "number", "language", "title"),
            *("state", "composed_at", "published_at", "published_by_name", "withdrawn_at", "withdrawn_why", "version"),
        ]
        read_only_fields = fields


class BulletinDetail(BulletinRow):
    """With what stands on the paper. The sums that it was composed from name every unit and say more than the paper
    does, to readers from whom small numbers are hidden elsewhere: they are not given out."""

    sections = serializers.SerializerMethodField(help_text="key, heading, text, tables (caption, head, rows)")

    class Meta(BulletinRow.Meta):
        fields = [*BulletinRow.Meta.fields, "sections"]
        read_only_fields = fields

    def get_sections(self, item: Bulletin) -> list[dict[str, Any]]:
        return [
            {"key": one["key"], "heading": one["heading"], "text": words(one), "tables": one["tables"]}
            for one in item.sections
        ]


@extend_schema_view(list=extend_schema(tags=["bulletins"]), retrieve=extend_schema(tags=["bulletins"]))
class BulletinViewSet(viewsets.ReadOnlyModelViewSet[Bulletin]):
    """Briefings: published ones of one's area or sent to one, drafts where one writes them."""

    pagination_class = LatestFirst
    queryset = Bulletin.objects.none()
    lookup_value_converter = "int"

    def get_queryset(self) -> BulletinQuerySet:
        rows = Bulletin.objects.visible_to(person(self.request)).with_parties().defer("figures")
        return rows.defer("sections") if self.action == "list" else rows

    def get_serializer_class(self) -> type[BulletinRow]:
        return BulletinRow if self.action == "list" else BulletinDetail

    @extend_schema(
        tags=["bulletins"],
        parameters=[OpenApiParameter("file", str, enum=[one.value for one in WRITERS], default=File.PDF.value)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: int) -> FileResponse:
        """Return the briefing as PDF or .docx."""
        item: Bulletin = self.get_object()
        file = request.query_params.get("file", File.PDF.value)
        if file not in WRITERS:
            raise NotFound
        audit.record(person(request), "bulletins.export", item, {"file": file}, request=request._request)
        return answer(item, File(file))
