"""Uses the client that openapi-python-client made, the package `letters`."""

import json
import os
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from letters import AuthenticatedClient, Client
from letters.api.attempts import (
    attempts_batch_create,
    attempts_create,
    attempts_list,
    attempts_partial_update,
    attempts_retrieve,
)
from letters.api.characters import characters_retrieve
from letters.api.tokens import tokens_create, tokens_destroy, tokens_list
from letters.models import (
    Attempt,
    AttemptStatusEnum,
    BatchRequest,
    Error,
    ErrorCode,
    ImageRequest,
    Ink,
    InkRequest,
    InvalidCode,
    NewToken,
    PatchedTargetRequest,
    ScopesEnum,
    TokenRequest,
)
from letters.types import File

SITE, TOKEN, SESSION = os.environ["SITE"].rstrip("/"), os.environ["TOKEN"], os.environ["SESSION"]
ink = Ink.from_dict(json.loads(os.environ["INK"]))
client = AuthenticatedClient(SITE, TOKEN, timeout=httpx.Timeout(30))


def wait(attempt: Attempt) -> Attempt:
    while attempt.status == AttemptStatusEnum.QUEUED:
        time.sleep(0.2)
        attempt = attempts_retrieve.sync(attempt.id, client=client)
    return attempt


answer = attempts_create.sync_detailed(client=client, body=InkRequest(ink, target="口"), prefer="wait=10")
assert answer.status_code in (201, 202), answer
first = wait(answer.parsed)
assert first.target == "口"
assert first.score.legibility >= 80, first.score
assert first.score.band.value in ("textbook", "clear")

file = File(BytesIO(Path(os.environ["IMAGE"]).read_bytes()), "kuchi.png", "image/png")
image = wait(attempts_create.sync(client=client, body=ImageRequest(file, scripts=["kanji"]), prefer="wait=10"))
assert image.candidates[0].character == "口", image.candidates
assert image.image.startswith(SITE)
named = wait(attempts_partial_update.sync(image.id, client=client, body=PatchedTargetRequest("口")))
assert named.score.legibility >= 60

later = attempts_create.sync_detailed(client=client, body=InkRequest(ink), prefer="respond-async")
assert later.status_code == 202
assert later.headers["Preference-Applied"] == "respond-async"
assert later.headers["Location"] == f"{SITE}/api/v1/attempts/{later.parsed.id}/"
assert wait(later.parsed).candidates

page = attempts_list.sync(client=client, page_size=2)
seen = [attempt.id for attempt in page.results]
while page.next_:
    [cursor] = parse_qs(urlsplit(page.next_).query)["cursor"]
    page = attempts_list.sync(client=client, page_size=2, cursor=cursor)
    seen += [attempt.id for attempt in page.results]
assert seen[:3] == [later.parsed.id, image.id, first.id]
assert len(seen) == len({*seen}) == 8

known = characters_retrieve.sync_detailed("永", client=Client(SITE))
assert known.parsed.stroke_count == 5
again = characters_retrieve.sync_detailed("永", client=Client(SITE), if_none_match=known.headers["ETag"])
assert again.status_code == 304

batch = attempts_batch_create.sync(
    client=client, body=BatchRequest([InkRequest(ink, target="口"), InkRequest(ink, target="日")]), prefer="wait=10"
)
assert [wait(attempt).target for attempt in batch] == ["口", "日"]

cookies, headers = {"sessionid": SESSION, "csrftoken": "t" * 32}, {"X-CSRFToken": "t" * 32}
browser = Client(SITE, cookies=cookies, headers=headers)
made = tokens_create.sync(client=browser, body=TokenRequest("Phone", [ScopesEnum("read:history")]))
assert isinstance(made, NewToken)
assert attempts_list.sync(client=AuthenticatedClient(SITE, made.secret)).results
assert made.id in [token.id for token in tokens_list.sync(client=browser).results]
assert tokens_destroy.sync_detailed(made.id, client=browser).status_code == 204
ended = attempts_list.sync(client=AuthenticatedClient(SITE, made.secret))
assert isinstance(ended, Error)
assert ended.code == ErrorCode.INVALID_TOKEN

refused = attempts_create.sync(client=client, body=InkRequest(Ink(100, 100, [])))
assert isinstance(refused, Error)
assert refused.code == ErrorCode.INVALID
assert [(error.pointer, error.code) for error in refused.errors] == [("/ink", InvalidCode.NOTHING_WRITTEN)]
print("done")
