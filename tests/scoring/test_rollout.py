"""A new model: added, compared, activated, taken back; and the past judged once more."""

import json
import shutil
import weakref
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Progress, User
from accounts.progress.consistency import findings
from characters.models import Character
from ml.result import Candidate, Result
from scoring import judging, rescoring, serving, tasks
from scoring.comparison import compare, recent
from scoring.models import Activation, Attempt, ModelBundle, Rescoring, RolloutError, Score, shipped
from tests.lettersai.test_storage import bucket, s3  # noqa: F401 - fixtures
from tests.support.drawings import ink_of
from tests.support.site import Site, until

#: In a process of its own, as an operator does.
_MANAGE = "import sys; from django.core.management import call_command; call_command('bundle', *sys.argv[1:])"


class Model:
    """Takes everything for `character` and gives what was meant so many of 100."""

    def __init__(self, version: str, legibility: int, character: str = "口") -> None:
        self.version, self.legibility, self.character = version, legibility, character

    def score(self, images: Any, targets: Any, groups: Any, scripts: Any) -> list[Result]:
        candidates = [Candidate(self.character, 0.9, self.legibility, [], 0.9)]
        return [Result(self.version, True, candidates, target and self.legibility, []) for target in targets]


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    """A bundle beside the one that the release ships: the same network under another name."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return renamed(tmp_path / "next", "next")


def renamed(folder: Path, version: str) -> Path:
    shutil.copytree(project.MODEL_BUNDLE, folder)
    about = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**about, "version": version}))
    return folder


def bundle(*arguments: Any) -> str:
    said = StringIO()
    call_command("bundle", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture
def written(monkeypatch) -> list[Attempt]:
    """What Alice wrote, judged by the model before."""
    scores_with(monkeypatch, Model("before", 40))
    alice = User.objects.create_user("alice@example.org")
    target = Character.objects.get(literal="口")
    attempts = [Attempt.objects.write(user=alice, target=target, ink=ink_of("口")) for _ in range(20)]
    for attempt in attempts:
        tasks.score_attempt(str(attempt.pk))
    return attempts


def scores_with(monkeypatch, model: Model) -> None:
    monkeypatch.setattr(serving, "scorer", lambda: model)


def newest() -> set[int | None]:
    """What the scores that count say."""
    return {attempt.score.legibility for attempt in Attempt.objects.all() if attempt.score}


def begin(version: str) -> Rescoring:
    about = {"version": version}
    return Rescoring.objects.begin(ModelBundle.objects.register(about), timezone.now() - timedelta(days=1))


# ── Which model scores ──────────────────────────────────────────────────────


@pytest.mark.django_db
def test_what_the_release_ships_scores_until_another_is_activated_and_again_after_going_back(folder):
    assert ModelBundle.active_version() == shipped()["version"]
    added = ModelBundle.objects.add(folder)
    assert ModelBundle.active_version() == shipped()["version"]
    added.activate()
    assert ModelBundle.active_version() == "next"
    assert Activation.roll_back().version == shipped()["version"]
    assert ModelBundle.active_version() == shipped()["version"]
    assert Activation.roll_back().version == "next"


@pytest.mark.django_db
def test_going_back_needs_something_to_go_back_to():
    with pytest.raises(RolloutError, match="Nothing was activated"):
        Activation.roll_back()


@pytest.mark.django_db
@pytest.mark.usefixtures("bucket")
def test_a_bundle_comes_from_the_bucket_as_it_went_there(folder):
    added = ModelBundle.objects.add(folder)
    assert default_storage.exists("bundles/next.zip")
    fetched = added.folder()
    for name in ("bundle.json", "characters.txt", "baselines.txt", "model.keras"):
        assert (fetched / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.django_db
def test_a_bundle_that_was_damaged_in_the_storage_is_not_activated(folder):
    added = ModelBundle.objects.add(folder)
    path = Path(added.files.path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(RolloutError, match="damaged"):
        added.activate()
    assert ModelBundle.active_version() == shipped()["version"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "bundle.json").unlink(), "is no model bundle"),
        (lambda folder: (folder / "model.keras").unlink(), "is no whole model bundle"),
        (lambda folder: (folder / "bundle.json").write_text('{"version": "../../etc"}'), "is no version"),
        (lambda folder: (folder / "bundle.json").write_text(json.dumps(shipped())), "needs a new version"),
    ],
)
def test_what_is_no_bundle_is_refused_and_nothing_is_kept(folder, harm, said):
    harm(folder)
    with pytest.raises(RolloutError, match=said):
        ModelBundle.objects.add(folder)
    assert not ModelBundle.objects.exists()
    assert not default_storage.exists("bundles") or default_storage.listdir("bundles") == ([], [])


@pytest.mark.django_db
def test_a_storage_that_refuses_a_bundle_is_named_in_a_sentence(folder, monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("The storage refuses.")

    monkeypatch.setattr(default_storage, "save", refuse)
    with pytest.raises(RolloutError, match="can't be kept: The storage refuses"):
        ModelBundle.objects.add(folder)
    assert not ModelBundle.objects.exists()


@pytest.mark.django_db
def test_a_machine_without_room_for_a_bundle_refuses_it_in_a_sentence(folder, settings):
    added = ModelBundle.objects.add(folder)
    (settings.DATA_DIR / "bundles").write_text("no folder")
    with pytest.raises(RolloutError, match="can't be fetched"):
        added.activate()
    assert ModelBundle.active_version() == shipped()["version"]


@pytest.mark.django_db
def test_the_command_says_in_a_sentence_what_is_wrong(folder):
    with pytest.raises(CommandError, match="There is no bundle unheard: add it first"):
        bundle("activate", "unheard")
    (folder / "model.keras").write_bytes(b"no network")
    with pytest.raises(CommandError, match="can't be read"):
        bundle("add", folder)
    assert not ModelBundle.objects.exists()


@pytest.mark.django_db
def test_a_worker_goes_on_with_the_last_model_where_the_next_one_cannot_be_loaded(folder, monkeypatch):
    monkeypatch.setattr(serving, "load", lambda bundle: Model(shipped()["version"], 90))
    child = serving.Serving()
    assert child.scorer().version == shipped()["version"]
    ModelBundle.objects.add(folder).activate()

    def fails(bundle: Any) -> None:
        raise RolloutError("It is damaged.")

    monkeypatch.setattr(serving, "load", fails)
    monkeypatch.setattr("threading.Thread.start", Thread.run)  # at once
    monkeypatch.setattr("scoring.serving.connection.close", lambda: None)
    assert child.scorer().version == shipped()["version"]
    monkeypatch.setattr(serving, "load", lambda bundle: Model(str(bundle), 90))
    child._next_look = 0
    child.scorer()
    assert child.scorer().version == "next"


@pytest.mark.django_db
def test_of_two_models_the_last_one_leaves_no_memory_taken(folder, monkeypatch):
    def load(bundle: Any) -> Model:
        model = Model(str(bundle or shipped()["version"]), 90)
        model.itself = model  # type: ignore[attr-defined]  # as Keras's do
        return model

    monkeypatch.setattr(serving, "load", load)
    monkeypatch.setattr("threading.Thread.start", Thread.run)  # at once
    monkeypatch.setattr("scoring.serving.connection.close", lambda: None)
    child = serving.Serving()
    last = weakref.ref(child.scorer())
    ModelBundle.objects.add(folder).activate()
    child.scorer()
    assert child.scorer().version == "next"
    assert last() is None


# ── What it would change ────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_comparison_tells_what_changes_and_stores_nothing(written):
    found = compare(cast(Any, Model("a", 40)), cast(Any, Model("b", 70, "日")), recent(12))
    assert len(found.pairs) == 12
    assert (found.agreement, found.change, found.far) == (0, 30, 1)
    assert set(found.by_script()) == {"kanji"}
    assert found.worst(1)[0].target == "口"
    assert Score.objects.count() == 20


@pytest.mark.django_db
def test_the_command_compares_with_the_active_model(written, folder, monkeypatch):
    ModelBundle.objects.add(folder)
    monkeypatch.setattr("scoring.management.commands.bundle.load", lambda bundle: Model("x", 90 if bundle else 60))
    said = bundle("compare", "next", "--sample", 10)
    assert "all            10 attempts   100.0% read alike   mean change +30.0   100.0% change by more than 10" in said
    assert "口   60 →  90" in said


# ── The past ────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_past_is_judged_once_more_and_the_newest_judgement_counts(written, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    work = begin("next")
    while not Rescoring.objects.get().done_at:
        tasks.rescore()
    work.refresh_from_db()
    assert work.judged == 20
    assert newest() == {90}
    assert set(Attempt.objects.values_list("legibility", "status")) == {(90, "scored")}
    progress = Progress.objects.get()
    assert (progress.attempts, progress.best, progress.total) == (20, 90, 1800)
    assert Score.objects.count() == 40
    assert list(findings()) == []


@pytest.mark.django_db
def test_the_past_reaches_back_to_before_there_were_computers(written, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    Rescoring.objects.begin(ModelBundle.objects.register({"version": "next"}), datetime(1945, 8, 15, tzinfo=UTC))
    while not Rescoring.objects.get().done_at:
        tasks.rescore()
    assert newest() == {90}


@pytest.mark.django_db
def test_judged_again_by_the_model_before_all_is_as_it_was(written, monkeypatch):
    facts = Progress.objects.values("attempts", "total", "best", "recent", "latest", "in_a_row")
    before = facts.get()
    for version, legibility in (("next", 90), ("before", 40)):
        scores_with(monkeypatch, Model(version, legibility))
        begin(version)
        while Rescoring.objects.filter(done_at=None):
            tasks.rescore()
    assert newest() == {40}
    assert facts.get() == before
    assert Score.objects.count() == 20
    assert list(findings()) == []


@pytest.mark.django_db
def test_a_run_that_was_cut_off_goes_on_and_judges_nothing_twice(written, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    work = Rescoring.objects.get()
    rescoring.rescore_some(work)
    assert Score.objects.count() == 28
    Rescoring.objects.update(last=work.last)  # it ended before it said how far it had come
    monkeypatch.setattr(rescoring, "_RUN", 60)
    tasks.rescore()
    assert Score.objects.count() == 40
    assert list(findings()) == []


@pytest.mark.django_db
def test_what_was_ended_while_a_worker_was_at_it_stays_ended(written):
    begin("next")
    work = Rescoring.objects.claim_next()
    assert work
    newer = begin("newer")
    work.go_on(written[0].pk, judged=1)
    assert list(Rescoring.objects.filter(done_at=None)) == [newer]


@pytest.mark.django_db
def test_a_writing_that_kills_its_worker_is_left_out(written, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    evil = written[3].pk

    def dies(attempt: Attempt) -> Any:
        if attempt.pk == evil:
            raise KeyboardInterrupt  # nothing catches it, as nothing does a signal
        return network_image(attempt)

    network_image = judging.network_image
    monkeypatch.setattr(judging, "network_image", dies)
    for _ in range(30):
        try:
            tasks.rescore()
        except KeyboardInterrupt:
            Rescoring.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        if Rescoring.objects.get().done_at:
            break
    assert Score.objects.filter(model_version="next").count() == 19
    assert list(findings()) == []


@pytest.mark.django_db
def test_the_past_waits_while_a_writer_does(written, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    Attempt.objects.write(user=written[0].user, target=written[0].target, ink=ink_of("口"))
    tasks.rescore()
    assert not Score.objects.filter(model_version="next").exists()


@pytest.mark.django_db
def test_one_worker_at_a_time_judges_the_past_and_only_with_the_model_that_is_meant(written, monkeypatch):
    begin("next")
    tasks.rescore()  # the model before is loaded still
    assert Score.objects.count() == 20
    Rescoring.objects.update(leased_until=None)
    assert Rescoring.objects.claim_next()
    assert Rescoring.objects.claim_next() is None


# ── For real ────────────────────────────────────────────────────────────────


def test_a_new_model_takes_over_under_load_and_no_writing_fails(tmp_path):
    folder = renamed(tmp_path / "next", "next")
    (tmp_path / "var").mkdir()
    site = Site(tmp_path / "var")

    def manage(*arguments: str) -> str:
        return site.run(_MANAGE, *arguments)

    try:
        browser = site.browser()
        models: list[str] = []

        def model() -> str:
            status, answer = browser.post_ink(ink_of("永"), target="永")
            assert status in (201, 202)
            models.append(answer["score"]["model"] if answer["score"] else "")
            return models[-1]

        def taken_over(by: str) -> None:
            until(lambda: model() == by, 30)

        first = until(model)
        manage("add", str(folder))
        manage("activate", "next")
        taken_over(by="next")
        assert first == shipped()["version"]
        size = site.memory()["worker"]
        for version in (first, "next", first, "next", first):
            manage("rollback")
            taken_over(by=version)
        assert site.memory()["worker"] < 1.4 * size  # six models in a row; all but one have gone
        assert f"* {first}" in manage("list")
        assert site.query("SELECT count(*) FROM scoring_attempt WHERE status = 'scored'") == [(len(models),)]
    finally:
        site.stop()
