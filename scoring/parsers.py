"""How the API reads request bodies."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from scoring.errors import TooLarge

#: Longest JSON body of a view that doesn't set `max_json_bytes`.
MAX_JSON_BYTES = 256 * 1024
#: Levels of lists and objects in JSON. A batch needs seven: its points are the innermost.
MAX_LEVELS = 16
#: An escaped half of a surrogate pair.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_AS_LISTS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class JSONParser(parsers.JSONParser):
    """Refuses JSON that is too long, too deeply nested, or contains text that isn't Unicode.

    The fields that get it may then print, compare, store and return each value.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of the body. Raises ParseError or TooLarge."""
        context = parser_context or {}
        body = stream.read()
        if len(body) > getattr(context.get("view"), "max_json_bytes", MAX_JSON_BYTES):
            raise TooLarge
        try:
            text = body.decode(context.get("encoding", "utf-8"))
            value = json.loads(text, parse_constant=_refuse_constant)
            if is_deeper(text, MAX_LEVELS):
                raise RecursionError
            if _SURROGATE.search(text):
                json.dumps(value, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("The JSON contains half of a surrogate pair.")) from error
        except ValueError as error:
            raise ParseError(_("This is not valid JSON: %(error)s") % {"error": error}) from error
        return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def is_deeper(text: str, levels: int) -> bool:
    """Whether the lists and objects of the JSON `text` are nested in more than `levels` levels."""
    brackets = _STRINGS.sub(b"", text.encode()).translate(_AS_LISTS, _NO_BRACKETS)
    for _level in range(levels):
        brackets = brackets.replace(b"[]", b"")  # the innermost level
    return bool(brackets)


class MultiPartParser(parsers.MultiPartParser):
    """Reads forms. Its message about a malformed form doesn't quote the form's header."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError(_("The form is malformed.")) from error
