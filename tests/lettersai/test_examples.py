"""The examples of the API's schema are answers of the site."""

import json
import os
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lettersai.schema.components import BODIES, EXAMPLES
from tests.lettersai.contract import golden
from tests.lettersai.examples import CALLS, operations, record, save, shape

SCHEMA = golden()
OPERATIONS = operations(SCHEMA)
RECORDED: dict[str, Any] = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}


def answers(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers in JSON of an operation that aren't refusals."""
    successes = [answer for status, answer in operation["responses"].items() if status < "3"]
    return [
        answer["content"]["application/json"] for answer in successes if "application/json" in answer.get("content", {})
    ]


def test_every_operation_that_answers_json_has_an_example():
    missing = [
        name
        for name, (_, _, each) in OPERATIONS.items()
        if answers(each) and not any("example" in answer for answer in answers(each))
    ]
    imports = ["me_import_retrieve", "me_import_create"]  # they begin with a file
    posts = ["webhooks_deliveries_list", "webhooks_test_create"]  # they would post to another host
    assert missing == imports + posts
    assert {*RECORDED} | {*BODIES} <= {*CALLS}


def test_every_body_of_json_has_an_example():
    bodies = {
        name: each["requestBody"]["content"]["application/json"]
        for name, (_, _, each) in OPERATIONS.items()
        if "application/json" in each.get("requestBody", {}).get("content", {})
    }
    assert {name: body.get("example") for name, body in bodies.items()} == BODIES


@pytest.mark.parametrize("name", RECORDED)
def test_an_example_is_what_the_schema_describes(name):
    recorded = RECORDED[name]
    described = OPERATIONS[name][2]["responses"][str(recorded["status"])]["content"]["application/json"]
    assert described["example"] == recorded["body"]
    part = {**described["schema"], "components": SCHEMA["components"]}
    assert [error.message for error in Draft202012Validator(part).iter_errors(recorded["body"])] == []


def test_the_site_answers_in_the_shape_of_the_examples(site):
    answers = record(site, SCHEMA)
    if os.environ.get("RECORD") == "examples":
        save(answers)
        pytest.skip("recorded")
    for name, answer in answers.items():
        recorded = RECORDED[name]
        assert (answer["status"], shape(answer["body"])) == (recorded["status"], shape(recorded["body"])), (
            f"{name} answers otherwise: RECORD=examples pytest tests/lettersai/test_examples.py, then renew the schema"
        )
    assert answers.keys() == RECORDED.keys()
