"""The OpenAPI document is sound, complete, and told to the signed-in only."""

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from tests.factories import make_user
from workorders.api_moves import MOVES
from workorders.serializers import kebab


def test_the_document_is_valid_and_without_a_warning(tmp_path):
    target = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", target)
    validate_schema(yaml.safe_load(target.read_text()))


def test_every_move_is_described_with_its_refusals():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for move in MOVES:
        responses = paths[f"/api/v1/work-orders/{{id}}/{kebab(move)}/"]["post"]["responses"]
        assert {"200", "400", "403", "404", "409"} <= set(responses)


@pytest.mark.django_db
def test_the_document_is_told_to_the_signed_in(api):
    assert APIClient().get("/api/v1/schema/").status_code == 401
    answer = api(make_user()).get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"/api/v1/work-orders/" in answer.content
