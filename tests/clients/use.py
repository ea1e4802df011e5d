"""Clients that four generators make of the API's schema, each put through the same use of a running site.

`make clients` installs the generators and runs this file; `make test` leaves it out. Each client scores ink, uploads an
image, waits for a score, follows cursors, asks the catalogue with an ETag, sends a batch, makes and revokes a token,
and reads errors; it prints "done" at the end.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lettersai.contract import GOLDEN
from tests.support import learner
from tests.support.drawings import ink_of, png_of
from tests.support.site import Site

HERE = Path(__file__).parent
#: Where `make clients` has installed the generators of Python clients.
BIN = HERE / ".venv" / "bin"
MODULES = HERE / "node_modules" / ".bin"
TYPESCRIPT = {
    "strict": True,
    "skipLibCheck": True,
    "module": "nodenext",
    "target": "es2023",
    "lib": ["es2023", "dom", "dom.iterable"],
    "types": ["node"],
    "rewriteRelativeImportExtensions": True,
    "outDir": "built",
}

_KEYS = """
import json
from django.test import Client
from accounts.models import Scope, Token, User
user = User.objects.get()
browser = Client()
browser.force_login(user)
secret = Token.objects.issue(user, "Tablet", Scope.values)[1]
print(json.dumps({"TOKEN": secret, "SESSION": browser.cookies["sessionid"].value}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("used"))
    learner.enrol(running, attempts=5)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def environment(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the programs get: the site's address, a token, a session, ink, and a file with an image."""
    image = tmp_path_factory.mktemp("image") / "kuchi.png"
    image.write_bytes(png_of("口"))
    keys = json.loads(site.run(f"exec({_KEYS!r})"))
    path = f"{BIN}:{os.environ['PATH']}"
    return {
        **os.environ,
        **keys,
        "PATH": path,
        "SITE": site.url,
        "GOLDEN": str(GOLDEN),
        "INK": json.dumps(ink_of("口")),
        "IMAGE": str(image),
    }


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_openapi_python_client(environment, tmp_path):
    generate: list[str | Path] = [
        BIN / "openapi-python-client",
        "generate",
        "--path",
        GOLDEN,
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    options = ["--output-path", tmp_path / "letters", "--config", HERE / "openapi-python-client.yaml"]
    run(*generate, *options, cwd=tmp_path, env=environment)
    env = {**environment, "PYTHONPATH": str(tmp_path)}
    assert run(BIN / "python", HERE / "openapi_python_client.py", cwd=tmp_path, env=env) == "done\n"


def test_datamodel_code_generator(environment, tmp_path):
    generate: list[str | Path] = [
        BIN / "datamodel-codegen",
        "--input",
        GOLDEN,
        "--input-file-type",
        "openapi",
        "--formatters",
        "builtin",
    ]
    options = ["--output-model-type", "pydantic_v2.BaseModel", "--output", tmp_path / "models.py"]
    run(*generate, *options, cwd=tmp_path, env=environment)
    env = {**environment, "PYTHONPATH": str(tmp_path)}
    assert run(BIN / "python", HERE / "datamodel_code_generator.py", cwd=tmp_path, env=env) == "done\n"


@pytest.mark.parametrize(
    ("generate", "program"),
    [
        (["openapi-typescript", str(GOLDEN), "--output", "schema.ts"], "openapi_typescript.ts"),
        (["openapi-ts", "--file", str(HERE / "openapi-ts.config.mjs")], "hey_api.ts"),
    ],
)
def test_typescript(environment, tmp_path, generate, program):
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": TYPESCRIPT, "files": ["use.ts"]}))
    (tmp_path / "use.ts").write_text((HERE / program).read_text("utf-8"), "utf-8")
    run(MODULES / generate[0], *generate[1:], cwd=tmp_path, env=environment)
    run(MODULES / "tsc", cwd=tmp_path, env=environment)
    assert run("node", "built/use.js", cwd=tmp_path, env=environment) == "done\n"
