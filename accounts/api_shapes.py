"""What the views of the API share: the refusals of an act, and pages of a list with the newest first."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework.pagination import CursorPagination

REFUSALS: dict[int, OpenApiResponse] = {
    400: OpenApiResponse(description="Something is wrong with a field; the answer names it."),
    403: OpenApiResponse(description="Your posts do not allow it."),
    404: OpenApiResponse(description="There is nothing here that you may see."),
    409: OpenApiResponse(description="Its state does not allow it, or somebody acted meanwhile."),
}


class NewestFirst(CursorPagination):
    ordering: tuple[str, ...] = ("-id",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
