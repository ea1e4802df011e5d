"""Fixtures for all tests: clients of the visitor, alice, bob, the curator and the operator; a fake scorer; Chromium."""

import gc
import json
import math
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from rest_framework.exceptions import APIException

from accounts.access.roles import ROLES
from accounts.models import User
from characters.models import LookalikeGroup, StrokeOrder, Variant
from lettersai.celery import app
from lettersai.schema.components import ERROR_CODES, INVALID_CODES
from ml.result import Candidate, Result
from ml.scripts import characters_of
from scoring import errors, judging, serving, tasks
from scoring.accepting import AttemptThrottle
from scoring.serializers import TargetField
from tests.support import learner
from tests.support.bundles import renamed
from tests.support.chromium import launch, new_context
from tests.support.site import RedisServer, Site, prepared, until

gc.disable()  # until the tests are collected: nearly all objects made until then stay
expect.set_options(timeout=15_000)  # ms; others may need the processor meanwhile

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


#: The files whose tests may use the shared site, and that site once it runs.
_SITE_FILES, _SITE = pytest.StashKey[set[Path]](), pytest.StashKey[Site]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the tests of whole sites first: one of their long files, begun last, would let the other processes wait.

    The other users of the shared site are next.
    """
    config.stash[_SITE_FILES] = using = {item.path for item in items if _may_use_the_shared_site(item)}
    items.sort(key=lambda item: ("tests/site/" not in item.nodeid, item.path not in using))


def _may_use_the_shared_site(item: pytest.Item) -> bool:
    uses_one = "site" in getattr(item, "fixturenames", []) and not hasattr(getattr(item, "module", None), "site")
    return uses_one or "tests/site/" in item.nodeid


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stop the shared site while other files are tested: an idle site takes processor time, too."""
    if running := item.config.stash.get(_SITE, None):
        if item.path not in item.config.stash[_SITE_FILES]:
            running.stop()
        elif running.process.poll() is not None:
            running.start()


def pytest_collection_finish() -> None:
    """Exclude everything loaded so far from garbage collections: it lives as long as this process."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _shared_site_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    Site.database = shared / "site.sqlite3"


@pytest.fixture(scope="session")
def _copied_database(_shared_site_database: None, django_test_environment: None) -> Iterator[None]:
    """Copies a migrated database with the catalogue into the test database, before pytest-django opens that."""
    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("DATABASE_TEMPLATE")
        yield
        return
    name = cast(Any, connection.creation)._get_test_db_name()
    with closing(sqlite3.connect(name, uri=True)) as copy:  # in memory: it lasts while somebody has it open
        with closing(sqlite3.connect(prepared(cast(Path, Site.database)))) as source:
            source.backup(copy)
        yield


@pytest.fixture(scope="session")
def django_db_setup(_copied_database: None, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            ForeignKeys(connection)
            _kept_catalogue.keep(connection)
        elif not connection.settings_dict["TEST"]["TEMPLATE"]:  # which has the catalogue
            call_command("load_catalogue", verbosity=0)


#: How statements begin that change no row; only those that claim leases begin WITH and end in UPDATE.
_NEUTRAL = ("SELECT", "WITH", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


class ForeignKeys:
    """Makes Django check, after a test, only the foreign keys that the test may have broken: the catalogue has 80,000.

    A changed primary key isn't followed to the rows that refer to it: no code changes one.
    """

    _change = re.compile(r'(?:WITH .*?)??\b(?:(DELETE FROM)|INSERT .*?INTO|UPDATE) "?(\w+)', re.DOTALL)

    def __init__(self, database: Any) -> None:
        with database.cursor() as cursor:
            tables = database.introspection.table_names(cursor)
            #: {table: the tables that its foreign keys refer to}
            self._parents = {
                table: {parent for _, parent in database.introspection.get_relations(cursor, table).values()}
                for table in tables
            }
        self._written: set[str] = set()
        self._deleted: set[str] = set()
        self._check = database.check_constraints
        database.check_constraints = self.check
        database.execute_wrappers.append(self._note)

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if change := self._change.match(sql):
            (self._deleted if change[1] else self._written).add(change[2])
        elif not sql.startswith(_NEUTRAL):
            self._written |= self._parents.keys()
        return execute(sql, params, many, context)

    def check(self, table_names: Iterable[str] | None = None) -> None:
        changed = {t for t, parents in self._parents.items() if t in self._written or parents & self._deleted}
        self._written.clear()
        self._deleted.clear()
        self._check(changed if table_names is None else table_names)


class KeptCatalogue:
    """Makes workers keep their copy of the catalogue from test to test, until a test has changed it: then they read it
    before each batch. Reading it takes as long as all else that a test does.
    """

    _tables = re.compile("|".join(f'"{one._meta.db_table}"' for one in (LookalikeGroup, StrokeOrder, Variant)))

    def __init__(self) -> None:
        self._shipped: dict[str, Any] = {}

    def keep(self, database: Any) -> None:
        """Keep the catalogue that `database` has now."""
        self._shipped = vars(judging.catalogue.read_if_older(-1)).copy()
        database.execute_wrappers.append(self._note)
        self.restore()

    def restore(self) -> None:
        """The catalogue is the shipped one again."""
        if self._shipped:
            vars(judging.catalogue).update(self._shipped, _read_at=time.monotonic())
            judging.Catalogue.STALE = math.inf

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        is_kept = math.isinf(judging.Catalogue.STALE)  # otherwise it was changed already, or a test has set an age
        if is_kept and not sql.startswith(_NEUTRAL) and self._tables.search(sql):
            judging.Catalogue.STALE = -1.0
        return execute(sql, params, many, context)


_kept_catalogue = KeptCatalogue()


@pytest.fixture(scope="session", autouse=True)
def _one_process(tmp_path_factory: pytest.TempPathFactory, django_test_environment: None) -> Iterator[None]:
    """Run tasks in this process, connect to no other, and fail on error codes that the schema lacks.

    Set up once: thousands of tests would each take a millisecond for it.
    """
    folder = tmp_path_factory.mktemp("process")
    app.conf.task_always_eager = True
    fixed = override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        REDIS_URL=f"unix://{folder}/no-broker.sock",
        MEDIA_ROOT=folder / "media",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # a strong one takes its time
        WHITENOISE_AUTOREFRESH=True,  # else each new client searches all static files
    )
    with fixed, pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging.Catalogue, "STALE", -1.0)  # a test changes the catalogue and scores at once
        patch.setattr(judging.Catalogue, "FRESH", math.inf)
        patch.setattr("django.db.transaction.on_commit", _at_once)
        patch.setattr("scoring.wakeup.announce", lambda *names, **messages: None)
        patch.setattr("scoring.wakeup.wait", lambda name, seconds: None)
        patch.setattr("scoring.wakeup.call", lambda: True)
        patch.setattr("scoring.wakeup.answer_call", lambda: None)
        patch.setattr("scoring.events.add", lambda entries: None)
        patch.setattr(errors, "problem", _with_known_codes(errors.problem))
        yield


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    """Let nothing of a test reach the next."""
    TargetField._found.clear()  # the next may have another database
    yield
    _kept_catalogue.restore()
    if settings.MEDIA_ROOT.exists():
        shutil.rmtree(settings.MEDIA_ROOT)


def _with_known_codes(problem: Callable[[APIException, bool], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """`problem`, which fails for an error of the API whose code the schema doesn't list."""

    def known(error: APIException, in_query: bool) -> dict[str, Any]:
        body = problem(error, in_query)
        assert body["code"] in ERROR_CODES, body
        assert {each["code"] for each in body.get("errors", [])} <= INVALID_CODES, body
        return body

    return known


@pytest.fixture
def wakeups(monkeypatch: pytest.MonkeyPatch) -> dict[object, str]:
    """Workers wake the requests that wait, as through Redis. Returns what they announced and nobody has taken."""
    announced: dict[object, str] = {}

    def announce(*names: object, messages: Mapping[Any, Any] | None = None) -> None:
        announced.update({name: json.dumps(messages and messages.get(name)) for name in names})

    monkeypatch.setattr("scoring.wakeup.announce", announce)
    monkeypatch.setattr("scoring.wakeup.wait", lambda name, seconds: announced.pop(name, None))
    return announced


def _at_once(function: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
    """Call `function` at once: each test is one transaction, which never commits."""
    try:
        function()
    except Exception:
        if not robust:
            raise


class FakeScorer:
    """Reads every image as 口 or ロ, with 日 as the second candidate, and as 食 where that is excluded.

    Records the arguments of each call.
    """

    def __init__(self) -> None:
        self.batches: list[list[str | None]] = []
        self.groups: list[Mapping[str, int]] = []
        self.scripts: list[Sequence[str]] = []
        self.around: list[tuple[str, str]] = []

    def score(
        self,
        images: Sequence[Any],
        targets: Sequence[str | None],
        groups: Mapping[str, int],
        scripts: Sequence[Sequence[str]],
        around: Sequence[tuple[str, str]] = (),
    ) -> list[Result]:
        self.batches.append(list(targets))
        self.groups.append(groups)
        self.scripts.extend(scripts)
        self.around.extend(around)
        candidates = [Candidate("口", 0.9, 93, ["ロ"], 0.9), Candidate("日", 0.1, 12, [], 0.1)]
        scores = {None: None, "口": 93, "ロ": 93, "日": 12}
        excluded = Candidate("食", 0.8, 97, [], 0.8)
        return [
            Result(
                "fake",
                True,
                candidates,
                scores.get(target, 0),
                ["口"] if target == "日" else [],
                None if not names or "食" in characters_of(names) else excluded,
            )
            for target, names in zip(targets, scripts, strict=True)
        ]


@pytest.fixture
def fake_scorer(monkeypatch: pytest.MonkeyPatch) -> FakeScorer:
    scorer = FakeScorer()
    monkeypatch.setattr(serving, "scorer", lambda: scorer)
    return scorer


@pytest.fixture
def next_bundle(tmp_path: Path, settings: Any) -> Path:
    """A second bundle: the network that the release ships, under the version "next"."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return renamed(tmp_path / "next", "next")


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    running = RedisServer(tmp_path_factory.mktemp("redis"))
    yield running
    running.stop()


@pytest.fixture
def throttles(_redis_server: RedisServer, settings: Any) -> redis.Redis:
    """Rate limits apply. Returns a client of the empty Redis that counts."""
    settings.REDIS_URL = _redis_server.url
    counts = redis.Redis.from_url(_redis_server.url)
    until(lambda: _pings(counts), 10)
    counts.flushall()
    return counts


@pytest.fixture
def rate_of(throttles: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets how many attempts a client may send, such as "5/min"."""
    return lambda rate: monkeypatch.setattr(AttemptThrottle, "THROTTLE_RATES", {"attempts": rate})


def _pings(server: redis.Redis) -> bool:
    try:
        return bool(server.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no worker: attempts and lines stay queued."""
    monkeypatch.setattr(tasks.score_attempt, "delay", lambda attempt_id: None)
    monkeypatch.setattr(tasks.score_waiting, "delay", lambda: None)
    monkeypatch.setattr(tasks.read_line, "apply_async", lambda *args, **options: None)


@pytest.fixture
def client_of(db: None) -> Callable[[str], Client]:
    """Returns the test client of a user, by name; the same client each time. The visitor isn't signed in."""
    browsers: dict[str, Client] = {}

    def browser(who: str) -> Client:
        if who not in browsers:
            browsers[who] = Client()
            if who != "visitor":
                user, _ = User.objects.get_or_create(email=f"{who}@example.org", is_staff=who in ROLES)
                user.groups.set(Group.objects.filter(name=who))
                browsers[who].force_login(user)
        return browsers[who]

    return browser


@pytest.fixture
def post() -> Callable[..., Any]:
    """POSTs JSON to /api/v1/attempts/; keyword arguments are further headers."""

    def send(client: Client, body: Any, **headers: str) -> Any:
        return client.post(
            "/api/v1/attempts/", json.dumps(body), "application/json", headers={"Prefer": "wait=1", **headers}
        )

    return send


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, closed after each module: while Playwright runs, Django considers this thread asynchronous."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Site]:
    """A running site, which all modules of this test process share; its mails are files in the folder mail.

    A test counts only what it has made. A module that needs certain settings, or to be alone, has its own site.
    """
    folder = tmp_path_factory.mktemp("var")
    pytestconfig.stash[_SITE] = running = Site(folder, EMAIL_URL=f"file://{folder}/mail")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def enrolled(site: Site) -> Site:
    """The shared site, with the learner of `learner.sign_in`."""
    learner.enrol(site)
    return site


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A new browser, on a desktop; a test may pass other options as a parameter. Errors on the page fail the test."""
    errors: list[str] = []
    context = new_context(chromium, **getattr(request, "param", {}))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert not errors
