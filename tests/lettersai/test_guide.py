"""The programs in the documentation of the API run as they stand there, against a running site."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

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
print(Token.objects.issue(alice, "Guide", Scope.values)[1])
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
    """Where the programs run; a photograph is there."""
    made = tmp_path_factory.mktemp("programs")
    with Image.open(io.BytesIO(png_of("口"))) as drawn:
        drawn.convert("RGB").save(made / "photo.jpg")
    (made / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    return made


@pytest.fixture(scope="module")
def environment(site: Site, folder: Path) -> dict[str, str]:
    """The two variables of the programs; and an error ends a command, which a reader would see."""
    token = site.run(f"exec({_ALICE!r})").strip()
    return {**os.environ, "SITE": site.url.rstrip("/"), "TOKEN": token, "CURL_HOME": str(folder)}


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


@pytest.mark.parametrize(("heading", "language", "program"), programs("api.md"))
def test_a_command_of_the_guide_runs_as_it_stands(folder, environment, heading, language, program):
    output(language, program, folder, environment)
