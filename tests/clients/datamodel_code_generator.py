"""Uses the models that datamodel-code-generator made, the module `models`, with httpx."""

import json
import os
import time
from pathlib import Path

import httpx
from models import (
    Attempt,
    AttemptStatusEnum,
    BatchRequest,
    Character,
    Error,
    ErrorCode,
    InkRequest,
    InvalidCode,
    NewToken,
    PaginatedAttemptList,
    PaginatedTokenList,
    TokenRequest,
)

SITE, TOKEN, SESSION = os.environ["SITE"], os.environ["TOKEN"], os.environ["SESSION"]
ink = json.loads(os.environ["INK"])
client = httpx.Client(base_url=f"{SITE}api/v1/", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)


def body(model) -> dict:
    return {"content": model.model_dump_json(exclude_unset=True), "headers": {"Content-Type": "application/json"}}


def send(wanted: InkRequest, prefer: str = "wait=10") -> httpx.Response:
    request = body(wanted)
    return client.post("attempts/", content=request["content"], headers={**request["headers"], "Prefer": prefer})


def wait(attempt: Attempt) -> Attempt:
    while attempt.status == AttemptStatusEnum.queued:
        time.sleep(0.2)
        attempt = Attempt.model_validate_json(client.get(f"attempts/{attempt.id}/").content)
    return attempt


first = wait(Attempt.model_validate_json(send(InkRequest(ink=ink, target="口")).content))
assert first.score.legibility >= 80

with Path(os.environ["IMAGE"]).open("rb") as file:
    sent = client.post("attempts/", files={"image": file}, data={"scripts": ["kanji"]}, headers={"Prefer": "wait=10"})
image = wait(Attempt.model_validate_json(sent.content))
assert image.candidates[0].character == "口"
assert client.get(str(image.image)).headers["Content-Type"] == "image/png"

later = send(InkRequest(ink=ink), "respond-async")
assert later.status_code == 202
assert int(later.headers["Retry-After"]) >= 1
shown = wait(Attempt.model_validate_json(client.get(later.headers["Location"]).content))
assert shown.candidates

page = PaginatedAttemptList.model_validate_json(client.get("attempts/", params={"page_size": 3}).content)
seen = [attempt.id for attempt in page.results]
while page.next:
    page = PaginatedAttemptList.model_validate_json(client.get(str(page.next)).content)
    seen += [attempt.id for attempt in page.results]
assert seen[:3] == [shown.id, image.id, first.id]
assert len(seen) == len({*seen})

known = httpx.get(f"{SITE}api/v1/characters/永/")
assert Character.model_validate_json(known.content).stroke_count == 5
assert httpx.get(f"{SITE}api/v1/characters/永/", headers={"If-None-Match": known.headers["ETag"]}).status_code == 304

batch = BatchRequest(attempts=[InkRequest(ink=ink, target="口"), InkRequest(ink=ink, target="日")])
scored = [wait(Attempt.model_validate(row)) for row in client.post("attempts/batch/", **body(batch)).json()]
assert [attempt.target for attempt in scored] == ["口", "日"]

cookies, headers = {"sessionid": SESSION, "csrftoken": "t" * 32}, {"X-CSRFToken": "t" * 32}
browser = httpx.Client(base_url=f"{SITE}api/v1/", cookies=cookies, headers=headers)
made = NewToken.model_validate_json(
    browser.post("tokens/", **body(TokenRequest(name="Phone", scopes=["read:history"]))).content
)
tokens = PaginatedTokenList.model_validate_json(browser.get("tokens/").content)
assert made.id in [token.id for token in tokens.results]
assert browser.delete(f"tokens/{made.id}/").status_code == 204
ended = client.get("attempts/", headers={"Authorization": f"Bearer {made.secret}"})
assert Error.model_validate_json(ended.content).code == ErrorCode.invalid_token

refused = Error.model_validate_json(client.post("attempts/", json={"ink": {**ink, "strokes": []}}).content)
assert refused.code == ErrorCode.invalid
assert [(error.pointer, error.code) for error in refused.errors] == [("/ink", InvalidCode.nothing_written)]
print("done")
