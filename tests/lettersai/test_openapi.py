"""A change of the API shows as a diff of openapi.yaml: manage.py spectacular --file tests/lettersai/openapi.yaml"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import APIException

from lettersai.schema import view
from lettersai.schema.components import ERROR_CODES
from tests.lettersai.contract import CONTRACT, GOLDEN, golden, promises, subject

SCHEMA = "/api/v1/schema/"
CHANGELOG = Path(__file__).resolve().parents[2] / "docs" / "api-changelog.md"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return golden()


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def test_the_api_matches_the_golden_schema(tmp_path):
    now = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(now), validate=True, fail_on_warn=True)
    assert now.read_text("utf-8") == GOLDEN.read_text("utf-8")


def test_what_is_read_knows_the_parameters_that_the_schema_names_and_no_others(schema):
    generator = SchemaGenerator()
    generator._initialise_endpoints()
    reading = {path: view for path, _regex, method, view in generator._get_paths_and_endpoints() if method == "GET"}
    named = {
        path: {each["name"] for each in methods["get"].get("parameters", []) if each["in"] == "query"}
        for path, methods in schema["paths"].items()
        if "get" in methods
    }
    assert {path: {*reading[path].parameters()} for path in named} == named


@pytest.fixture
def made(monkeypatch) -> Iterator[list[str]]:
    """The languages in which a schema is made, one after the other."""
    languages: list[str] = []
    make = SchemaGenerator.get_schema

    def get_schema(self: SchemaGenerator, **options: Any) -> Any:
        languages.append(get_language())
        time.sleep(0.2)  # others ask meanwhile
        return make(self, **options)

    monkeypatch.setattr(SchemaGenerator, "get_schema", get_schema)
    view._rendered.cache_clear()
    yield languages
    view._rendered.cache_clear()


def test_the_schema_is_served_as_the_golden_file_has_it(client):
    assert client.get(SCHEMA).content.decode() == GOLDEN.read_text("utf-8")
    served = client.get(SCHEMA, headers={"Accept": "application/json"})
    assert json.loads(served.content)["paths"].keys() == golden()["paths"].keys()


def test_the_schema_is_made_once_for_each_language_however_many_ask(made):
    def ask(language: str) -> int:
        return Client().get(f"{SCHEMA}?lang={language}").status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, ["fr", "fr", "en", "fr", "zz", "../../etc"])) == {200}
    assert sorted(made) == ["en", "fr"]


@pytest.mark.parametrize("query", ["version=%0d%0aX-A: 1", "version=" + "9" * 2000, "lang=%00"])
def test_the_schema_ignores_what_it_does_not_know(client, query):
    answer = client.get(f"{SCHEMA}?{query}")
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'inline; filename="Letters-AI.yaml"')


def unnamed(schema: dict[str, Any]) -> list[str]:
    """The promises of the last release that the schema breaks, and that the changelog's first section doesn't name."""
    unreleased = CHANGELOG.read_text("utf-8").split("\n## ")[1]
    broken = {*CONTRACT.read_text("utf-8").splitlines()} - promises(schema)
    return sorted(promise for promise in broken if f"`{subject(promise)}`" not in unreleased)


def test_a_breaking_change_is_named_in_the_changelog(schema):
    assert unnamed(schema) == [], "name it in backticks in docs/api-changelog.md, under Unreleased"


def test_changes_that_break_clients_are_found_and_others_are_not(schema):
    def broken_by(change: Any) -> list[str]:
        changed = deepcopy(schema)
        change(changed["components"]["schemas"], changed["paths"])
        return [subject(promise) for promise in unnamed(changed)]

    assert broken_by(lambda parts, paths: parts["Attempt"]["properties"].pop("image")) == ["Attempt.image"] * 2
    assert broken_by(lambda parts, paths: parts["Attempt"]["required"].remove("image")) == ["Attempt.image"]
    assert broken_by(lambda parts, paths: parts["BandEnum"]["enum"].append("new")) == ["BandEnum"]
    assert broken_by(lambda parts, paths: parts["InkRequest"]["required"].append("target")) == ["InkRequest"]
    assert broken_by(lambda parts, paths: parts["DirectionEnum"]["enum"].pop(0))[:1] == ["DirectionEnum"]
    assert "GET /api/v1/plan/" in broken_by(lambda parts, paths: paths["/api/v1/plan/"].pop("get"))
    assert broken_by(lambda parts, paths: parts["InkRequest"]["properties"].update(hand={"type": "string"})) == []
    assert broken_by(lambda parts, paths: parts["Attempt"]["properties"].update(hand={"type": "string"})) == []


def test_every_operation_says_what_it_does_and_how_it_fails(schema):
    for operation in operations(schema):
        assert operation["summary"], operation["operationId"]
        assert not operation["summary"].endswith("."), operation["operationId"]
        assert {"429", "500", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            name = response.get("$ref", "").rpartition("/")[2]
            shown = schema["components"]["responses"][name] if name else response
            assert "X-Request-ID" in shown["headers"], (operation["operationId"], status)
            if int(status) >= 400:
                assert shown["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_every_property_has_a_type(schema):
    typeless = [
        f"{name}.{field}"
        for name, component in schema["components"]["schemas"].items()
        for field, one in component.get("properties", {}).items()
        if not one.keys() & {"type", "$ref", "oneOf", "allOf"}
    ]
    assert typeless == []


def test_every_exception_of_the_api_has_a_code_in_the_schema():
    def below(kind: type[APIException]) -> list[type[APIException]]:
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    own = [kind for kind in below(APIException) if "default_code" in vars(kind) and kind is not APIException]
    assert {kind.default_code for kind in own} - ERROR_CODES == set()
