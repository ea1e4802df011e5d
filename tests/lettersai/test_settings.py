"""Settings: docs/configuration.md lists every variable, and production refuses to start with invalid ones."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from lettersai import storages
from tests.support import starts
from tests.support.site import ROOT, Site, free_port, migrated

SECRET = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
USER_AND_PASSWORD = "user:a%2Fb%23c"
#: Exit code that makes gunicorn give up instead of starting the next process.
REFUSED = 3
#: Read by libraries, or by the children that `manage.py run` starts.
OF_LIBRARIES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "PROMETHEUS_MULTIPROC_DIR",
}


@pytest.fixture
def production(tmp_path):
    """A valid environment for a production site."""
    database = shutil.copy(migrated(cast(Path, Site.database)), tmp_path / "lettersai.sqlite3")
    return {
        "PRODUCTION": "1",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "letters.example.org",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "rediss://:password@127.0.0.1:9/0",
        "EMAIL_URL": "smtp://mail.example.org",
        "EMAIL_FROM": "Letters-AI <hello@letters.example.org>",
        "SITE_URL": "https://letters.example.org",
    }


def environment_of(folder: Path, **variables: str) -> dict[str, str]:
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**known, "DATA_DIR": str(folder), **variables}


def python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return starts.run(*arguments, environment=environment_of(folder, **variables))


def serve(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the WSGI application, as gunicorn does."""
    return python(folder, "-c", "import lettersai.wsgi", **variables)


def new_process(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """As `python`, without libraries that are loaded already."""
    environment = environment_of(folder, **variables)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180)


def documented() -> set[str]:
    """The variables of the table in docs/configuration.md."""
    table = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    return {name for row in table for name in re.findall(r"[A-Z_]+", row)}


def test_the_documentation_lists_exactly_the_variables_that_the_code_reads():
    read = set(OF_LIBRARIES)
    for file in (ROOT / "lettersai").rglob("*.py"):
        read |= set(re.findall(r'(?:environ\.get|environ\[|\benv|matching)\W+"([A-Z_]+)"', file.read_text()))
    assert documented() == read


def test_a_complete_production_configuration_starts_and_passes_djangos_checks(tmp_path, production):
    started = new_process(tmp_path, "-c", "import lettersai.wsgi", **production)
    assert (started.returncode, started.stderr) == (0, "")
    checked = new_process(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **production)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_cookies_of_production_belong_to_one_host(tmp_path, production):
    """A browser accepts a cookie with this prefix only from the host itself: not from a subdomain beside it."""
    names = "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "GUEST_COOKIE_NAME"
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}))"
    asked = {"DJANGO_SETTINGS_MODULE": "lettersai.settings"}
    assert python(tmp_path, "-c", code, **asked, **production).stdout.split() == [
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-guest",
    ]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "secret"}, "Set SECRET_KEY to 50 random characters or more"),
        ({"SECRET_KEY": "ab" * 30}, "Set SECRET_KEY to 50 random characters or more"),
        ({"SECRET_KEY_FALLBACKS": f"{SECRET},secret"}, "Set SECRET_KEY_FALLBACKS to 50 random characters or more"),
        ({"DEBUG": "1"}, "Unset DEBUG"),
        ({"WEBHOOKS_TO_LOOPBACK": "1"}, "Unset WEBHOOKS_TO_LOOPBACK"),
        ({"EVENTS_PORT": "all"}, "Set EVENTS_PORT"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS to the site's host names"),
        ({"ALLOWED_HOSTS": "letters.example.org, *"}, "Set ALLOWED_HOSTS to the site's host names"),
        ({"ALLOWED_HOSTS": " , "}, "Set ALLOWED_HOSTS to the site's host names"),
        ({"DATABASE_URL": ""}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "mysql://host/name"}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "The database can't be used, see DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////nowhere/at.all"}, "The database can't be used, see DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://letters:a/b@postgres/letters"}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://letters:1/b@postgres/letters"}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://letters:a#b@postgres/letters"}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://letters:1?b@postgres/letters"}, "Set DATABASE_URL"),
        ({"DATABASE_POOL": "all"}, "Set DATABASE_POOL"),
        ({"REDIS_URL": "amqp://host"}, "Set REDIS_URL"),
        ({"REDIS_URL": "redis://host:port/0"}, "Set REDIS_URL"),
        ({"REDIS_URL": "redis://:a/b@redis:6379/0"}, "Set REDIS_URL"),
        ({"EMAIL_URL": "smtp://user:password@mail:abc"}, "Set EMAIL_URL"),
        ({"EMAIL_URL": "smtp://user:a/b@mail:587"}, "Set EMAIL_URL"),
        ({"EMAIL_FROM": ""}, "Set EMAIL_FROM"),
        ({"SENTRY_DSN": "nonsense"}, "Set SENTRY_DSN"),
        ({"SENTRY_DSN": "https://key@sentry.example.org:port/1"}, "Set SENTRY_DSN"),
        ({"PROMETHEUS_MULTIPROC_DIR": "/dev/null/metrics"}, "Set PROMETHEUS_MULTIPROC_DIR to a folder"),
        ({"TMPDIR": "/dev/null/tmp"}, "Set TMPDIR to a folder"),
        ({"STORAGE_URL": "ftp://host/folder"}, "Set STORAGE_URL"),
        ({"STORAGE_URL": "s3://Not A Bucket"}, "Set STORAGE_URL"),
        ({"STORAGE_URL": "s3://bucket?zone=1"}, "Set STORAGE_URL"),
        ({"MODEL_BUNDLE": "/nowhere"}, "can't be read, see MODEL_BUNDLE"),
        ({"LOG_FORMAT": "xml"}, "Set LOG_FORMAT"),
        ({"LOG_LEVEL": "loud"}, "Set LOG_LEVEL"),
        ({"TRUSTED_PROXIES": "all"}, "Set TRUSTED_PROXIES"),
        ({"METRICS_PORT": "here"}, "Set METRICS_PORT"),
    ],
)
def test_production_refuses_to_start_and_says_which_variable_to_set(tmp_path, production, environment, sentence):
    ended = serve(tmp_path, **{**production, **environment})
    assert ended.returncode == REFUSED
    [line] = ended.stderr.splitlines()
    assert sentence in line


def test_the_refusal_contains_no_password(tmp_path, production):
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        ended = serve(tmp_path, **{**production, name: "amqp://user:himitsu/himitsu@host"})
        assert f"Set {name}" in ended.stderr
        assert "himitsu" not in ended.stderr


def test_the_folder_for_metrics_is_created(tmp_path, production):
    assert serve(tmp_path, **production, PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics")).returncode == 0
    assert (tmp_path / "metrics").is_dir()


def test_the_folder_for_temporary_files_is_created(tmp_path):
    code = "import django; django.setup(); import tempfile; print(tempfile.gettempdir())"
    made = tmp_path / "data" / "tmp"
    environment = {"DJANGO_SETTINGS_MODULE": "lettersai.settings", "TMPDIR": str(made)}
    assert python(tmp_path, "-c", code, **environment).stdout == f"{made}\n"


@pytest.mark.parametrize(
    ("environment", "setting", "value"),
    [
        ({"EMAIL_URL": "smtps://mail.example.org"}, "EMAIL_PORT", 465),
        ({"EMAIL_URL": "smtp://mail.example.org"}, "EMAIL_PORT", 587),
        ({"EMAIL_URL": f"smtp://{USER_AND_PASSWORD}@mail.example.org"}, "EMAIL_HOST_PASSWORD", "a/b#c"),
        ({"ALLOWED_HOSTS": "a.example, b.example,"}, "ALLOWED_HOSTS", ["a.example", "b.example"]),
        ({"SECRET_KEY_FALLBACKS": "old, older"}, "SECRET_KEY_FALLBACKS", ["old", "older"]),
        (
            {"DATABASE_URL": f"postgresql://{USER_AND_PASSWORD}@host/name?sslmode=require"},
            "DATABASES['default']['PASSWORD']",
            "a/b#c",
        ),
    ],
)
def test_a_variable_becomes_its_setting(tmp_path, environment, setting, value):
    code = f"from lettersai import settings; print(repr(settings.{setting}))"
    assert python(tmp_path, "-c", code, **environment).stdout == f"{value!r}\n"


def test_production_refuses_to_start_until_the_database_is_migrated(tmp_path, production):
    production["DATABASE_URL"] = f"sqlite:///{tmp_path}/new.sqlite3"
    ended = serve(tmp_path, **production)
    assert (ended.returncode, ended.stderr.splitlines()) == (
        REFUSED,
        ["The database lacks migrations: run `manage.py migrate` before you start this release."],
    )


@pytest.mark.parametrize("file", ["bundle.json", "characters.txt", "baselines.txt", "model.keras", "words.npz"])
def test_production_refuses_to_start_with_an_incomplete_model_bundle(tmp_path, production, file):
    bundle = tmp_path / "bundle"
    shutil.copytree(ROOT / "ml" / "bundle", bundle)
    whole = (bundle / file).read_bytes()
    (bundle / file).write_bytes(whole[: len(whole) // 2])
    ended = serve(tmp_path, **{**production, "MODEL_BUNDLE": str(bundle)})
    assert ended.returncode == REFUSED
    [sentence] = ended.stderr.splitlines()
    assert "can't be read, see MODEL_BUNDLE" in sentence


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_worker_and_beat_refuse_to_start_with_an_unmigrated_database(tmp_path, production, part):
    production["DATABASE_URL"] = f"sqlite:///{tmp_path}/new.sqlite3"
    ended = new_process(tmp_path, "-m", "celery", "-q", "-A", "lettersai", part, **production)
    assert ended.returncode == 1
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith("The database lacks migrations")


GUNICORN = ["-m", "gunicorn", "--config", "docker/gunicorn.conf.py", "lettersai.wsgi"]
NO_SERVER = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
CELERY = ["-m", "celery", "-q", "-A", "lettersai"]


@pytest.mark.parametrize(
    ("command", "code", "environment", "reason"),
    [
        (GUNICORN, REFUSED, {"SITE_URL": ""}, "Set SITE_URL"),
        (GUNICORN, REFUSED, NO_SERVER, "see DATABASE_URL: connection failed: connection to"),
        ([*CELERY, "beat"], 1, {"SITE_URL": ""}, "Set SITE_URL"),
        (["manage.py", "migrate"], 1, NO_SERVER, "see DATABASE_URL: connection failed: connection to"),
    ],
)
def test_a_failed_start_says_why_in_one_sentence(tmp_path, production, command, code, environment, reason):
    ended = new_process(tmp_path, *command, **{**production, **environment, "PORT": str(free_port())})
    assert ended.returncode == code
    [sentence] = ended.stderr.splitlines()
    assert reason in sentence


def test_the_start_check_says_why_the_database_refuses(tmp_path, production):
    checked = python(tmp_path, "manage.py", "check", "--deploy", "--tag", "start", **{**production, **NO_SERVER})
    assert checked.returncode == 1
    [sentence] = [line for line in checked.stderr.splitlines() if "DATABASE_URL" in line]
    assert "Connection refused" in sentence
    assert len(checked.stderr.splitlines()) <= 6


def test_a_command_says_that_the_database_lacks_migrations(tmp_path):
    ended = python(tmp_path, "manage.py", "load_catalogue", DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3")
    sentence = "The database lacks migrations: run `manage.py migrate` before you start this release."
    assert (ended.returncode, ended.stderr.splitlines()) == (1, [sentence])


def test_a_fault_of_the_code_keeps_its_traceback(tmp_path, production):
    """Only a database that can't be used is explained in a sentence."""
    fault = "from django.db import connection; connection.cursor().execute('select nonsense')"
    ended = python(tmp_path, "manage.py", "shell", "--command", fault, **production)
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (
            "s3://bucket/site?endpoint=https://store.example.org:9000&region=eu-1",
            {"location": "site", "endpoint_url": "https://store.example.org:9000", "region_name": "eu-1"},
        ),
        ("gs://bucket", {"location": ""}),
    ],
)
def test_a_url_configures_a_bucket(url, options):
    entry = storages.configured(url)
    assert entry["OPTIONS"].items() >= {"bucket_name": "bucket", "file_overwrite": True, **options}.items()
