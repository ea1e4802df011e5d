"""Calls whose answers are the examples of the API's schema, as `lettersai/schema/examples.json` keeps them.

`RECORD=examples pytest tests/lettersai/test_examples.py` records them anew.
"""

import json
import re
from functools import partial
from typing import Any
from urllib.parse import quote

from lettersai.schema.components import BODIES, EXAMPLES
from tests.support.site import Site, until

#: Operations in the order in which they are called, with the parameters that keep their answers short.
CALLS = {
    "me_partial_update": "",
    "me_retrieve": "",
    "tokens_create": "",
    "tokens_list": "",
    "characters_list": "?q=永&page_size=1",
    "characters_retrieve": "",
    "characters_strokes_retrieve": "",
    "characters_exemplars_list": "",
    "characters_of_the_day_retrieve": "?date=2026-11-29",
    "attempts_create": "",
    "attempts_partial_update": "",
    "attempts_retrieve": "",
    "attempts_list": "?page_size=1",
    "attempts_milestones_retrieve": "",
    "attempts_share_update": "",
    "attempts_exemplar_update": "",
    "attempts_destroy": "",
    "attempts_restore_create": "",
    "attempts_batch_create": "",
    "recognitions_create": "",
    "lines_create": "",
    "lines_retrieve": "",
    "lines_list": "?page_size=1",
    "lines_destroy": "",
    "lines_restore_create": "",
    "lists_create": "",
    "lists_partial_update": "",
    "lists_retrieve": "",
    "lists_list": "",
    "lists_share_update": "",
    "plan_partial_update": "",
    "plan_retrieve": "",
    "reviews_create": "",
    "reviews_retrieve": "",
    "reviews_list": "?limit=2",
    "words_create": "",
    "words_retrieve": "",
    "words_list": "?limit=2",
    "words_reports_create": "",
    "pasted_text": "",
    "webhooks_create": "",
    "webhooks_partial_update": "",
    "webhooks_retrieve": "",
    "webhooks_list": "",
    "progress_retrieve": "",
    "progress_of_character": "",
    "me_export_create": "",
    "me_export_retrieve": "",
}
#: What stands for a part of an address, unless it is the id of what the kind's `create` made.
_PARTS = {"literal": "十", "character": "永", "text": "入口"}
_ALICE = """
import json
from django.test import Client
from accounts.models import User
browser = Client()
browser.force_login(User.objects.create(email="reader@example.org"))
print(browser.cookies["sessionid"].value)
"""


def operations(schema: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """The method, the path and the description of each operation, by its id."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, found in schema["paths"].items()
        for method, operation in found.items()
    }


def record(site: Site, schema: dict[str, Any]) -> dict[str, Any]:
    """The status and the body of each answer that has one, by operation; a new learner calls.

    The bodies sent are those with which trying a call begins.
    """
    session, token = site.run(f"exec({_ALICE!r})").strip(), "t" * 32
    signed_in = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token, "Prefer": "wait=10"}
    known = operations(schema)
    answers: dict[str, Any] = {}
    for name, query in CALLS.items():
        method, path, _ = known[name]
        headers = {**signed_in, **({"Idempotency-Key": name} if method == "POST" else {})}
        made = answers.get(f"{name.partition('_')[0]}_create", {}).get("body", {})
        for part, value in {**_PARTS, "id": made.get("id") if isinstance(made, dict) else None}.items():
            path = path.replace(f"{{{part}}}", quote(str(value)))

        sent = (method, path + quote(query, "?=&"), BODIES.get(name), headers)
        status, body = until(partial(_answer, site, *sent), 200)
        if body:
            answers[name] = {"status": status, "body": _public(body)}
    return answers


def _answer(site: Site, method: str, address: str, body: Any, headers: dict[str, str]) -> tuple[int, Any] | None:
    """The status and the body of the answer; None while a score, or the export's file, is missing."""
    status, answer = site.browser().request(method, address, body, headers)
    assert status < 300, (address, status, answer)
    is_begun = (
        status == 202
        if body
        else "me/export" in address and method == "GET" and answer["status"] in ("waiting", "running")
    )
    return None if is_begun else (status, answer)


def save(answers: dict[str, Any]) -> None:
    EXAMPLES.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", "utf-8")


def shape(value: Any) -> Any:
    """What is left of an answer without its values; of a list, the shape of its first item."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return "number" if type(value) in (int, float) else type(value).__name__


def _public(body: Any) -> Any:
    """The body with a public address, and without the secret of a token or a webhook."""
    text = re.sub(
        r"http://(localhost|127\.0\.0\.1):\d+/", "https://letters.example/", json.dumps(body, ensure_ascii=False)
    )
    found = json.loads(text)
    if isinstance(found, dict) and "secret" in found:
        found["secret"] = found["secret"].partition("_")[0] + "_…"
    return found
