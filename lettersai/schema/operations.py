"""What the API's schema says beyond serializers and views: errors, the headers of all answers, summaries, examples."""

from http import HTTPStatus
from typing import Any

from drf_spectacular import openapi
from drf_spectacular.plumbing import force_instance
from rest_framework.permissions import SAFE_METHODS

#: The description of each refusal, by status. Every code that one names has a recorded example.
REFUSALS = {
    400: "The request is invalid (`invalid`; `errors` says what is wrong, and where) or malformed (`parse_error`, "
    "`bad_request`). Nothing was stored.",
    401: "The call needs an account (`not_authenticated`), or the token isn’t valid (`invalid_token`, "
    "`expired_token`).",
    403: "The token lacks the scope (`insufficient_scope`), the call needs a session (`session_only`), or another site "
    "sent the request (`cross_site`).",
    404: "Nothing is there, or it isn’t yours (`not_found`); or no page of the list gave the cursor "
    "(`invalid_cursor`).",
    406: "The answer has none of the accepted types (`not_acceptable`).",
    412: "It has changed since the version that `If-Match` or `If-Unmodified-Since` names (`precondition_failed`).",
    413: "The body is too long (`too_large`).",
    415: "The body has a type that the call doesn’t read (`unsupported_media_type`).",
    429: "The rate is used up (`throttled`). Try again after `Retry-After` seconds.",
    500: "A fault of the site (`internal_error`).",
    503: "The site is busy (`overloaded`, `unavailable`) or full (`storage_full`). Try again after `Retry-After` "
    "seconds, with the same `Idempotency-Key`.",
}


def _header(description: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": schema}


#: Headers that several answers have.
HEADERS = {
    "X-Request-ID": _header("The request in the site’s log", type="string", pattern=r"^[\w.-]{8,64}$"),
    "Retry-After": _header("Seconds to wait before asking again", type="integer", minimum=1),
    "RateLimit": _header('`"attempts";r=998;t=42`: 998 attempts are left, and more are in 42 seconds', type="string"),
    "RateLimit-Policy": _header('`"attempts";q=1000;w=60` allows 1,000 attempts in any 60 seconds', type="string"),
    "ETag": _header("The version of the answer, for `If-None-Match`", type="string"),
    "Last-Modified": _header("For `If-Modified-Since`; missing where deletions leave no date", type="string"),
}

IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "The `ETag` of an earlier answer: if it hasn’t changed, the answer is 304",
}


def _named(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def component_of(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def headers_of(status: int) -> dict[str, Any]:
    further = {429: ["Retry-After", "RateLimit", "RateLimit-Policy"], 503: ["Retry-After"]}
    return _named("X-Request-ID", *further.get(status, []))


def refusal_components() -> dict[str, Any]:
    """The refusals, for #/components/responses."""
    return {
        component_of(status): {"description": text, "headers": headers_of(status), "content": content("Error")}
        for status, text in REFUSALS.items()
    }


class AutoSchema(openapi.AutoSchema):
    """Adds to each operation its summary, the refusals that any such operation can get, and headers.

    A view describes a refusal of its own by an OpenApiResponse without a serializer.
    """

    def get_summary(self) -> str:
        """The first sentence of the docstring."""
        return super().get_description().partition(". ")[0].partition("\n")[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        """What follows the first sentence."""
        text = super().get_description()
        return text.removeprefix(self.get_summary()).lstrip(". \n")

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and "properties" in schema:
            # Answers leave nothing out, except what a serializer says.
            said = force_instance(serializer)._declared_fields
            is_optional = {name for name, field in said.items() if not field._kwargs.get("required", True)}
            schema["required"] = sorted(schema["properties"].keys() - is_optional)
            for each in schema["properties"].values():
                each.pop("readOnly", None)  # requests have components of their own
        return schema

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            self._complete(operation)
        return operation

    def _complete(self, operation: dict[str, Any]) -> None:
        responses = operation["responses"]
        for status, response in responses.items():
            response["description"] = response["description"] or HTTPStatus(int(status)).phrase
            response["headers"] = response.get("headers", {}) | headers_of(int(status))
            if int(status) >= 400:
                response["content"] = content("Error")
            if self._is_conditional:
                response["headers"] |= _named("ETag", "Last-Modified")
        if self._is_conditional:
            headers = _named("ETag", "Last-Modified", "X-Request-ID")
            operation.setdefault("parameters", []).append(IF_NONE_MATCH)
            responses["304"] = {"description": "It hasn’t changed.", "headers": headers}
        for status in self._common_refusals(operation):
            responses.setdefault(str(status), {"$ref": f"#/components/responses/{component_of(status)}"})
        operation["responses"] = dict(sorted(responses.items()))

    @property
    def _is_conditional(self) -> bool:
        method = getattr(self.view, "action", None) or self.method.lower()
        return hasattr(getattr(self.view, method), "version")

    def _common_refusals(self, operation: dict[str, Any]) -> list[int]:
        parameters = operation.get("parameters", [])
        has_body = "requestBody" in operation
        is_found = any(one["in"] == "path" or one["name"] == "cursor" for one in parameters)
        return [
            *([400] if has_body or any(one["in"] != "path" for one in parameters) else []),
            *([401] if self.view.authentication_classes else []),
            *([403] if self.view.authentication_classes or self.method not in SAFE_METHODS else []),
            *([404] if is_found else []),
            406,
            *([412] if self._is_conditional else []),
            *([413, 415] if has_body else []),
            429,
            500,
            503,
        ]
