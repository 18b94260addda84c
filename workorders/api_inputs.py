"""What the API takes: shape and type of a report and of each move. None of these saves."""

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from facilities.models import Facility
from facilities.querysets import is_seen
from grids import coordinates
from grids.api import DegreesField
from grids.backends import standing_for
from grids.models import Grid, Unit
from workorders import photos, places
from workorders.models import Category, WorkOrder
from workorders.sources import sources_for
from workorders.states import Difficulty, Source, Urgency

MAX_TEXT = 2000
MAX_ACCURACY_M = 1_000_000


@extend_schema_field(OpenApiTypes.BINARY)
class PhotoField(serializers.Field[photos.CleanPhoto, Any, Any, Any]):
    """A photo, checked and re-encoded (workorders/photos.py)."""

    default_error_messages = {"invalid": serializers.FileField.default_error_messages["invalid"]}

    def to_internal_value(self, data: Any) -> photos.CleanPhoto:
        if not hasattr(data, "read"):
            self.fail("invalid")
        return photos.clean(data)


def photo_list(**kwargs: Any) -> Any:
    return serializers.ListField(child=PhotoField(), max_length=settings.PHOTO_MAX_COUNT, required=False, **kwargs)


def text(**kwargs: Any) -> Any:
    return serializers.CharField(**{"max_length": MAX_TEXT, "required": False, "allow_blank": True} | kwargs)


class VisibleKey(serializers.PrimaryKeyRelatedField[Any]):
    """A key among those that the asker may see: of others it says what it says of keys that do not exist."""

    def get_queryset(self) -> Any:
        rows = cast(Any, self).queryset
        return rows.visible_to(self.context["request"].user) if "request" in self.context else rows.all()


class ReportIn(serializers.Serializer[Any]):
    """A new incident. Give the point, or the grid where there is none."""

    client_uuid = serializers.UUIDField(help_text="made by the client; the same one again answers the same order")
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.active())
    description = serializers.CharField(max_length=MAX_TEXT)
    source = serializers.ChoiceField(Source.choices, required=False)  # type: ignore[assignment]  # not DRF's own
    lng = DegreesField(min_value=-180, max_value=180, required=False)
    lat = DegreesField(min_value=-90, max_value=90, required=False)
    crs = serializers.ChoiceField(coordinates.CRS, default="wgs84")
    accuracy_m = serializers.IntegerField(min_value=0, max_value=MAX_ACCURACY_M, required=False)
    grid = VisibleKey(queryset=Grid.objects.all(), required=False)
    address = text(max_length=200)
    difficulty = serializers.ChoiceField(Difficulty.choices, required=False)
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    is_confidential = serializers.BooleanField(allow_null=True, required=False)
    contact_name = text(max_length=50)
    contact_phone = text(max_length=30)
    photos = photo_list()
    same_as = VisibleKey(
        queryset=WorkOrder.objects.all(),
        required=False,
        help_text="the open order that this repeats; it is merged into it",
    )
    facility = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Facility.objects.standing(),
        required=False,
        help_text="the code of the facility that it is about",
    )
    self_handled = serializers.BooleanField(required=False)
    result = text()
    after_photos = photo_list()

    def validate_facility(self, facility: Facility) -> Facility:
        if not is_seen(standing_for(self.context["request"].user), facility.path_ids):
            raise serializers.ValidationError(_("No facility of your area has this code."), code="does_not_exist")
        return facility

    def validate_source(self, source: str) -> str:
        if source not in sources_for(standing_for(self.context["request"].user)):
            raise serializers.ValidationError(_("Your posts report from another source."), code="source")
        return source

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the place where the point or the grid was."""
        lng, lat, grid = attrs.pop("lng", None), attrs.pop("lat", None), attrs.pop("grid", None)
        crs, accuracy_m = attrs.pop("crs"), attrs.pop("accuracy_m", None)
        if lng is not None and lat is not None:
            try:
                attrs["place"] = places.place_at(lng, lat, crs, accuracy_m)
            except DjangoValidationError as error:
                raise serializers.ValidationError({"lng": error.messages}) from error
        elif grid is not None:
            attrs["place"] = places.place_in(grid)
        else:
            raise serializers.ValidationError({"grid": _("Say where it is: a point, or the grid.")})
        attrs.setdefault("source", sources_for(standing_for(self.context["request"].user))[0])
        return attrs


class MoveIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="of the order that one looked at"
    )


class RemarkIn(MoveIn):
    note = text()


class ReasonIn(MoveIn):
    note = text(required=True, allow_blank=False)


class ReceiverIn(RemarkIn):
    unit = VisibleKey(queryset=Unit.objects.all(), required=False, allow_null=True)
    assignee = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
