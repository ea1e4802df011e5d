"""Requests made up by Schemathesis from the API's schema, sent to a running site by everybody who may call it.

Each answer must be one that the schema describes, and none may be a fault of the site. `make fuzz` sends some
thousands, each time others: FUZZ_EXAMPLES sets how many a call gets, and limits and special values are tried as well.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Scope
from tests.support import learner
from tests.support.site import Site

LONG = os.environ.get("FUZZ_EXAMPLES")
SHORT = ["--max-examples", "2", "--phases", "examples,fuzzing,stateful", "--seed", "1"]
CONFIG = Path(__file__).with_name("schemathesis.toml")
#: What a learner may call who has signed in: all but ending the account.
SIGNED_IN = "signed in"
#: Tokens: one with every scope, and one that allows only what needs no token. `make fuzz` also tries each scope.
TOKENS = ["every scope", *(Scope.values if LONG else ["read:catalogue"])]

_KEYS = """
import json
from django.test import Client
from accounts.models import Scope, Token, User
user = User.objects.get()
browser = Client()
browser.force_login(user)
scopes = {"every scope": Scope.values, **{scope: [scope] for scope in Scope.values}}
keys = {name: f"Authorization: Bearer {Token.objects.issue(user, name, held)[1]}" for name, held in scopes.items()}
print(json.dumps({**keys, "session": browser.cookies["sessionid"].value}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("fuzzed"), ATTEMPT_RATE="1000000/min")
    learner.enrol(running, attempts=30)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def headers(site: Site) -> dict[str, list[str]]:
    """The headers of each caller."""
    keys: dict[str, Any] = json.loads(site.run(f"exec({_KEYS!r})"))
    session, token = keys.pop("session"), "t" * 32
    signed_in = [f"Cookie: sessionid={session}; csrftoken={token}", f"X-CSRFToken: {token}"]
    return {"visitor": [], SIGNED_IN: signed_in, **{scope: [key] for scope, key in keys.items()}}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("who", ["visitor", *TOKENS, SIGNED_IN])  # who revokes the tokens
def test_the_site_answers_made_up_requests_as_its_schema_says(site, headers, tmp_path, who):
    run = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(CONFIG),
        "run",
        f"{site.url}api/v1/schema/?format=json",
    ]
    # Schemathesis can't leave out a cookie that is sent with every request, and so can't check what happens then.
    without_cookie = ["--exclude-checks", "ignored_auth,negative_data_rejection"]
    chosen = ["--exclude-operation-id", "me_destroy", *without_cookie] if who == SIGNED_IN else []
    sent = [part for header in headers[who] for part in ("--header", header)]
    done = subprocess.run(
        [*run, *chosen, *sent, "--no-color", *(["--max-examples", LONG] if LONG else SHORT)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert " generated" in done.stdout
    print(who, *re.findall(r"[\d,]+ generated.*", done.stdout))  # noqa: T201 - make fuzz shows it
