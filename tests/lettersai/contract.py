"""What clients may rely on: the API's schema as lines, of which one that goes is a breaking change.

`python -m tests.lettersai.contract` writes those of the golden schema into contract.txt, when a release is made.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

GOLDEN = Path(__file__).with_name("openapi.yaml")
CONTRACT = Path(__file__).with_name("contract.txt")
_REF = "#/components/schemas/"
_LIMITS = ("pattern", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "minItems", "maxItems")


@cache
def golden() -> dict[str, Any]:
    """The golden schema. Nobody may change it."""
    return yaml.load(GOLDEN.read_text("utf-8"), yaml.CSafeLoader)  # the loader in Python takes a second


def promises(schema: dict[str, Any]) -> set[str]:
    """Lines `subject: promise`; the subject is an operation, or a component and its property."""
    return {*_promises(schema)}


def subject(promise: str) -> str:
    return promise.partition(": ")[0]


def _promises(schema: dict[str, Any]) -> Iterator[str]:
    components = schema["components"]["schemas"]
    taken, given = set[str](), set[str]()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            yield f"{name}: is called {operation['operationId']}"
            parameters = operation.get("parameters", [])
            for one in parameters:
                yield f"{name}: takes the {one['in']}'s {one['name']}, {_type(one['schema'])}"
            yield f"{name}: requires {_listed(one['name'] for one in parameters if one.get('required'))}"
            bodies = operation.get("requestBody", {}).get("content", {})
            for media, body in bodies.items():
                yield f"{name}: takes {media}, {_type(body['schema'])}"
                _reach(body["schema"], components, taken)
            for status, response in operation["responses"].items():
                if int(status) < 300:
                    for media, body in response.get("content", {"no body": {"schema": {}}}).items():
                        yield f"{name}: answers {status} with {media}, {_type(body['schema'])}"
                        _reach(body["schema"], components, given)
                    for header in response["headers"]:
                        yield f"{name}: answers {status} with the header {header}"
    _reach({"$ref": f"{_REF}Error"}, components, given)
    for name in sorted(taken):
        yield from _taken(name, components[name])
    for name in sorted(given):
        yield from _given(name, components[name])


def _taken(name: str, component: dict[str, Any]) -> Iterator[str]:
    """What a request may contain: it may go on doing so, and needs no more than that."""
    for value in component.get("enum", []):
        yield f"{name}: may be {value!r}"
    for field, schema in component.get("properties", {}).items():
        yield f"{name}.{field}: is taken, {_type(schema)}, {_limits(schema)}"
    yield f"{name}: requires {_listed(component.get('required', []))}"


def _given(name: str, component: dict[str, Any]) -> Iterator[str]:
    """What an answer contains: it goes on doing so, and no value that a client doesn't know is added."""
    if "enum" in component:
        yield f"{name}: is one of {_listed(map(str, component['enum']))}"
    for field, schema in component.get("properties", {}).items():
        yield f"{name}.{field}: is given, {_type(schema)}"
        if field in component.get("required", []):
            yield f"{name}.{field}: is never missing"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    for way in ("oneOf", "anyOf", "allOf"):
        if way in schema:
            return " or ".join(_type(part) for part in schema[way])
    kind = schema.get("type", "anything")
    words = [*([kind] if isinstance(kind, str) else kind)]
    text = " or ".join(words) + (f" ({schema['format']})" if "format" in schema else "")
    if "enum" in schema:
        text += f" among {_listed(map(str, schema['enum']))}"
    return f"{text} of {_type(schema['items'])}" if isinstance(schema.get("items"), dict) else text


def _limits(schema: dict[str, Any]) -> str:
    return _listed(f"{name} {schema[name]}" for name in _LIMITS if name in schema) or "any"


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _reach(part: Any, components: dict[str, Any], found: set[str]) -> None:
    """Add to `found` the names of all components that `part` uses."""
    if isinstance(part, list):
        for inner in part:
            _reach(inner, components, found)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(_REF)
        if name and name not in found:
            found.add(name)
            _reach(components[name], components, found)
        for inner in part.values():
            _reach(inner, components, found)


if __name__ == "__main__":
    CONTRACT.write_text("\n".join(sorted(promises(golden()))) + "\n", "utf-8")
