"""`POST /api/v1/hotline/suggest-categories/`: what the desk is offered, for other systems."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tokens import person
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from hotline.models import LONGEST_TEXT, CategoryModel
from hotline.suggesting import offering


class SuggestIn(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")


class SuggestionOut(serializers.Serializer[Any]):
    """A category that the text may belong to; `confidence` from 0 to 1."""

    rank = serializers.IntegerField()
    category = serializers.IntegerField(source="category.pk")
    code = serializers.CharField(source="category.code")
    path = serializers.CharField()
    confidence = serializers.FloatField()


class SuggestCategoriesView(GenericAPIView[CategoryModel]):
    """Suggest up to three categories for what a requester says; an empty list where the model is not sure."""

    queryset = CategoryModel.objects.none()
    serializer_class = SuggestIn
    pagination_class = None

    @extend_schema(
        responses={
            200: SuggestionOut(many=True),
            400: OpenApiResponse(description="Something is wrong with a field; the answer names it."),
            403: OpenApiResponse(description="Your posts do not allow it."),
        }
    )
    def post(self, request: Request) -> Response:
        """Suggest categories for a text; nothing is stored."""
        posts = standing_for(person(request)).nodes(Permission.INTAKE)
        if not posts:
            raise PermissionDenied
        asked = SuggestIn(data=request.data)
        asked.is_valid(raise_exception=True)
        district = Grid.objects.get(tree_id=posts[0].tree_id, parent=None)
        found = offering.suggest(asked.validated_data["text"], district, title=asked.validated_data["title"])
        return Response(SuggestionOut(found, many=True).data)
