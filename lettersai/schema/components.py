"""The parts of the API's schema that no serializer describes: errors and their codes, ink, examples."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lettersai.schema.operations import HEADERS, REFUSALS, component_of, refusal_components
from ml.ink import MAX_COORDINATE, MAX_MILLISECONDS, MAX_POINTS, MAX_STROKES, Refusal
from scoring.errors import MAX_ERRORS
from scoring.models import Obstacle

#: Codes of an error object.
ERROR_CODES = {
    *("bad_request", "invalid", "parse_error", "not_an_export"),
    *("authentication_failed", "expired_token", "inactive_user", "invalid_token", "not_authenticated"),
    *("cross_site", "insufficient_scope", "permission_denied", "reauthentication_required", "session_only"),
    *("invalid_cursor", "not_found", "not_a_word", "not_in_practice", "not_in_the_catalogue", "outside_the_catalogue"),
    *("method_not_allowed", "not_acceptable", "precondition_failed", "unsupported_media_type"),
    *(
        "another_download",
        "another_writer",
        "import_running",
        "target_is_set",
        "too_many_lists",
        "too_many_streams",
        "paused_by_operator",
        "too_many_tokens",
        "too_many_webhooks",
        "webhook_paused",
        *Obstacle.values,
    ),
    *("attempt_deleted", "idempotency_key_reused", "too_large", "uri_too_long"),
    *("throttled", "internal_error"),
    *("overloaded", "storage_full", "storage_unavailable", "too_many_images", "unavailable"),
}

#: Codes of what is wrong in an invalid request.
INVALID_CODES = {
    *("blank", "empty", "invalid", "null", "required", "not_a_list", "max_length", "max_value", "min_value"),
    *("date", "datetime", "max_string_length", "make_aware", "overflow", "no_name"),
    *("does_not_exist", "incorrect_type", "invalid_choice", "invalid_list", "null_characters_not_allowed"),
    *("invalid_page_size", "invalid_span", "not_understood", "nothing_to_change", "unknown_parameter"),
    *("name_taken", "past", "target_not_among", "too_many_characters", "too_many_scripts"),
    *("unknown_characters", "unknown_field", "unknown_radical", "unknown_script", "unknown_time_zone"),
    *("forbidden_address", "not_https"),
    *("cells_do_not_match", "cells_or_line", "ink_cells_or_line", "only_for_one_character", "unreadable_characters"),
    *("several_formats", *map(str, Refusal)),
}

_SENTENCE = {"type": "string", "description": "A sentence in the requested language"}
_NUMBER = {"type": "number"}
_COORDINATE = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
_TIME = {"type": "number", "description": "Milliseconds from any moment; all points have a time, or none has"}
_SIDE = {
    "type": "number",
    "exclusiveMinimum": 0,
    "maximum": MAX_COORDINATE,
    "description": "Of the writing area, in the unit of the points",
}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: dict[str, Any], least: int, most: int, description: str | None = None) -> dict[str, Any]:
    listed = {"type": "array", "items": items, "minItems": least, "maxItems": most}
    return {**listed, "description": description} if description else listed


def _ink(description: str, member: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Ink in the format that `member` names."""
    return {
        "type": "object",
        "description": description,
        "properties": {"width": _SIDE, "height": _SIDE, member: schema},
        "required": ["width", "height", member],
    }


#: The formats in which ink is taken, besides `Ink`. The member that has the strokes names the format.
_INK_FORMATS: dict[str, Any] = {
    "AnyInk": {
        "description": "Ink in one of five formats. Answers have it as `Ink`.",
        "oneOf": [_reference(name) for name in ("Ink", "PointsInk", "ColumnsInk", "PathsInk", "InkMLInk")],
    },
    "PointsInk": _ink(
        "Ink as common drawing libraries give it, such as signature_pad’s `toData()`.",
        "points",
        _list({"oneOf": [_list(_reference("CanvasPoint"), 1, MAX_POINTS), _reference("CanvasStroke")]}, 1, MAX_STROKES),
    ),
    "CanvasStroke": {
        "type": "object",
        "description": "A stroke; what else it has, such as a colour, is ignored.",
        "properties": {"points": _list(_reference("CanvasPoint"), 1, MAX_POINTS)},
        "required": ["points"],
    },
    "CanvasPoint": {
        "description": "A point, with its time if that is known.",
        "oneOf": [
            _reference("XYPoint"),
            _list(_NUMBER, 2, 3, "[x, y] or [x, y, time]"),
        ],
    },
    "XYPoint": {
        "type": "object",
        "description": "A point; what else it has, such as a pressure, is ignored.",
        "properties": {"x": _COORDINATE, "y": _COORDINATE, "time": _TIME, "t": {**_TIME, "description": "`time`"}},
        "required": ["x", "y"],
    },
    "ColumnsInk": _ink(
        "Ink as handwriting services and Quick, Draw! have it.",
        "columns",
        _list(
            _list(_list(_NUMBER, 1, MAX_POINTS), 2, 3, "[[x, …], [y, …]] or [[x, …], [y, …], [time, …]]"),
            1,
            MAX_STROKES,
        ),
    ),
    "PathsInk": _ink(
        "Ink as SVG paths. Each subpath is a stroke, in the order of writing.",
        "paths",
        _list({"type": "string", "description": "Path data, without arcs: M10 10 C20 20 40 20 50 10"}, 1, MAX_STROKES),
    ),
    "InkMLInk": _ink(
        "Ink as [InkML](https://www.w3.org/TR/InkML/).",
        "inkml",
        {"type": "string", "description": "A document with one trace format and without a document type"},
    ),
}

SCHEMAS: dict[str, Any] = {
    "ErrorCode": {"type": "string", "enum": sorted(ERROR_CODES)},
    "InvalidCode": {"type": "string", "enum": sorted(INVALID_CODES)},
    "Error": {
        "type": "object",
        "description": "Why a request was refused.",
        "properties": {
            "code": {"$ref": "#/components/schemas/ErrorCode"},
            "detail": _SENTENCE,
            "errors": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Invalid"},
                "minItems": 1,
                "maxItems": MAX_ERRORS,
                "description": "What is invalid, for the code `invalid`; `detail` is that of the first",
            },
            "attempts": {
                "type": "array",
                "items": {"oneOf": [{"$ref": "#/components/schemas/Attempt"}, {"type": "null"}]},
                "description": "For a repeated batch and `attempt_deleted`: its attempts, null for a deleted one",
            },
        },
        "required": ["code", "detail"],
    },
    "Invalid": {
        "type": "object",
        "description": "An error in a request, and its place: one of `pointer`, `parameter` and `header`.",
        "properties": {
            "code": {"$ref": "#/components/schemas/InvalidCode"},
            "detail": _SENTENCE,
            "pointer": {"type": "string", "description": "JSON pointer into the body; empty for the whole body"},
            "parameter": {"type": "string", "description": "Name of a parameter in the address"},
            "header": {"type": "string", "description": "Name of a header"},
            "positions": {
                "type": "array",
                "items": {
                    "type": "array",
                    "items": {"type": "number", "minimum": 0, "maximum": 1},
                    "minItems": 4,
                    "maxItems": 4,
                },
                "description": "Of each character found in an image, where there are several: left, top, width and "
                "height, as fractions of the image’s width and height, upright",
            },
        },
        "required": ["code", "detail"],
    },
    "Ink": {
        "type": "object",
        "description": f"A writing area and strokes, with at most {MAX_POINTS} points together.",
        "properties": {
            "width": {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_COORDINATE, "description": "CSS pixels"},
            "height": {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_COORDINATE, "description": "CSS pixels"},
            "strokes": {
                "type": "array",
                "items": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Point"},
                    "minItems": 1,
                    "maxItems": MAX_POINTS,
                },
                "minItems": 1,
                "maxItems": MAX_STROKES,
            },
        },
        "required": ["width", "height", "strokes"],
    },
    "Point": {
        "type": "array",
        "description": "[x, y, t]: CSS pixels, and milliseconds from the first point.",
        "prefixItems": [
            {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE},
            {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE},
            {"type": "number", "minimum": -MAX_MILLISECONDS, "maximum": MAX_MILLISECONDS},
        ],
        "minItems": 3,
        "maxItems": 3,
    },
    **_INK_FORMATS,
}

_TWO = {
    "width": 300,
    "height": 300,
    "strokes": [
        [[80, 100, 0], [150, 97, 90], [220, 94, 180]],
        [[40, 225, 500], [150, 221, 620], [262, 217, 740]],
    ],
}
_TEN = {
    "width": 300,
    "height": 300,
    "strokes": [
        [[40, 140, 0], [110, 137, 60], [190, 133, 120], [262, 130, 190]],
        [[150, 40, 480], [151, 110, 540], [151, 190, 600], [150, 268, 680]],
    ],
}

#: By operation, a body that works as it stands, with which "Try it out" begins.
BODIES: dict[str, Any] = {
    "attempts_create": {"ink": _TEN, "target": "十"},
    "attempts_partial_update": {"target": "十"},
    "attempts_batch_create": {"attempts": [{"ink": _TEN, "target": "十"}, {"ink": _TEN}]},
    "lines_create": {"kind": "own", "text": "二十", "cells": [_TWO, _TEN]},
    "lists_create": {"name": "Station", "characters": "駅電車"},
    "lists_partial_update": {"characters": "駅電車線"},
    "me_partial_update": {"language": "en"},
    "pasted_text": {"text": "入口で 十分 待つ。"},
    "plan_partial_update": {"new_per_day": 5, "daily_goal": 20},
    "recognitions_create": {"ink": _TEN, "targets": ["十", "千"]},
    "reviews_create": {"character": "永"},
    "webhooks_create": {"url": "https://example.org/hook"},
    "webhooks_partial_update": {"is_paused": False},
    "tokens_create": {"name": "Tablet", "scopes": ["write:attempts", "read:history"]},
    "words_create": {"text": "入口"},
    "words_reports_create": {"about": "readings", "text": "いりぐち is written いりくち here."},
}
#: Answers of the site, by operation: `status` and `body`. tests/lettersai/examples.py records them.
EXAMPLES = Path(__file__).with_name("examples.json")
#: Refusals by the site, by code: `status` and `body`. tests/lettersai/test_refusals.py records them.
REFUSED = Path(__file__).with_name("refusals.json")


def _refusals(result: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The status and the response of each refusal: those that operations share, and those of one operation."""
    for status in REFUSALS:
        yield status, result["components"]["responses"][component_of(status)]
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400" and "$ref" not in response:
                    yield int(status), response


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: the schema with these components and bodies."""
    components = result["components"]
    components["schemas"] = dict(sorted({**components["schemas"], **SCHEMAS}.items()))
    components["responses"] = refusal_components()
    refused = json.loads(REFUSED.read_text("utf-8"))
    for status, response in _refusals(result):
        named = [
            code for code in refused if f"`{code}`" in response["description"] and refused[code]["status"] == status
        ]
        response["content"]["application/json"]["examples"] = {code: {"value": refused[code]["body"]} for code in named}
    components["headers"] = HEADERS
    answers = json.loads(EXAMPLES.read_text("utf-8"))
    for operations in result["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            if body := BODIES.get(name):
                operation["requestBody"]["content"]["application/json"]["example"] = body
            if answer := answers.get(name):
                content = operation["responses"][str(answer["status"])]["content"]
                content["application/json"]["example"] = answer["body"]
    return result
