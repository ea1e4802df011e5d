"""The programs in the documentation of the API run as they stand there, against a running site."""

import base64
import hmac
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from accounts.events import delivering
from accounts.models import Webhook
from tests.support.drawings import png_of
from tests.support.site import ROOT, Site

RUN = {
    "python": [sys.executable, "-c"],
    "javascript": ["node", "--input-type=module", "--eval"],
    "sh": ["bash", "-euo", "pipefail", "-c"],
}
_ALICE = """
from accounts.models import Scope, Token, User
alice, _ = User.objects.get_or_create(email="guide@example.org")
alice.tokens.all().delete()
bob, _ = User.objects.get_or_create(email="webhooks@example.org")
print(Token.objects.issue(alice, "Guide", Scope.values)[1], Token.objects.issue(bob, "Guide", Scope.values)[1])
"""


def programs(name: str) -> list[tuple[str, str, str]]:
    """The heading, the language and the text of each program in a file of docs/."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    found = []
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        found += [(heading, *program) for program in re.findall(r"^```(\w+)\n(.*?)^```", section, re.M | re.S)]
    return [program for program in found if program[1] in RUN]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs run; photographs of a character and of a line are there."""
    made = tmp_path_factory.mktemp("programs")
    with Image.open(io.BytesIO(png_of("口"))) as drawn:
        drawn.convert("RGB").save(made / "photo.jpg")
        line = Image.new("RGB", (2 * drawn.width, drawn.height), "white")
        for left in (0, drawn.width):
            line.paste(drawn.convert("RGB"), (left, 0))
        line.save(made / "line.jpg")
    (made / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    return made


@pytest.fixture(scope="module")
def environment(site: Site, folder: Path) -> dict[str, str]:
    """The two variables of the programs; and an error ends a command, which a reader would see."""
    alices, bobs = site.run(f"exec({_ALICE!r})").split()
    return {
        **os.environ,
        "SITE": site.url.rstrip("/"),
        "TOKEN": alices,
        "BOBS_TOKEN": bobs,
        "CURL_HOME": str(folder),
    }


def output(language: str, program: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run([*RUN[language], program], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


#: What the programs of a section print, whatever their language.
PRINTED = {
    "Score ink": r"legibility\"?:? ?\d+",
    "Recognise while writing": r"(?s)一.*十",
    "Upload a photograph": r"scored.*口",
    "Follow a batch": r"(?s)scored.*scored",
    "Export everything": r"(?s)attempts.jsonl.*scores.jsonl.*progress.jsonl",
}


@pytest.mark.parametrize(("heading", "language", "program"), programs("api-examples.md"))
def test_an_example_runs_as_it_stands(folder, environment, heading, language, program):
    assert re.search(PRINTED[heading], output(language, program, folder, environment))


def test_each_task_is_shown_in_each_language():
    shown = {(heading, language) for heading, language, _program in programs("api-examples.md")}
    assert shown == {(heading, language) for heading in PRINTED for language in RUN}


@pytest.mark.parametrize("language", RUN)
def test_everything_is_exported(folder, environment, language):
    examples = {heading: program for heading, its, program in programs("api-examples.md") if its == language}
    for heading in ("Score ink", "Export everything"):
        output(language, examples[heading], folder, environment)
    lines = (folder / "attempts.jsonl").read_text("utf-8").splitlines()
    assert "十" in {json.loads(line)["target"] for line in lines}
    assert (folder / "scores.jsonl").stat().st_size > 0 < (folder / "progress.jsonl").stat().st_size
    for table in folder.glob("*.jsonl"):
        table.unlink()


COMMANDS = programs("api.md")
#: The command that goes on as long as one listens.
[LISTEN] = [program for _heading, _language, program in COMMANDS if "events/" in program]


@pytest.mark.parametrize(("heading", "language", "program"), [one for one in COMMANDS if one[2] != LISTEN])
def test_a_command_of_the_guide_runs_as_it_stands(folder, environment, heading, language, program):
    if heading == "Webhooks":  # Bob writes nothing that would be posted
        environment = {**environment, "TOKEN": environment["BOBS_TOKEN"]}
    output(language, program, folder, environment)


def test_the_guide_listens_to_events(folder, environment):
    with subprocess.Popen([*RUN["sh"], LISTEN], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as curl:
        assert curl.stdout
        assert curl.stdout.readline().startswith("retry: ")
        [score] = [one for one in programs("api-examples.md") if one[:2] == ("Score ink", "sh")]
        written = json.loads(output("sh", score[2], folder, environment))["id"]
        told = next(line for line in curl.stdout if line.startswith("data: "))
        curl.terminate()
    assert json.loads(told.removeprefix("data: "))["attempts"][0]["id"] == written


def test_the_guide_checks_the_signature_of_a_delivery():
    [check] = re.findall(r"^```py\n(.*?)^```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.M | re.S)
    webhook = Webhook(secret=f"{Webhook.START}{base64.b64encode(b'key').decode()}")
    for body, is_genuine in ((b"{}", True), (b"{ }", False)):
        headers = delivering.headers(webhook, UUID(int=1), b"{}")
        names: dict[str, Any] = {
            "secret": webhook.secret,
            "headers": headers,
            "body": body,
            "base64": base64,
            "hmac": hmac,
        }
        exec(check, names)  # noqa: S102 - our own guide's
        assert names["is_genuine"] == is_genuine
