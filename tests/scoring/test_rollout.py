"""Model bundles: adding, comparing, activating and rolling back; and rescoring past attempts."""

import json
import uuid
import weakref
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Progress, User
from accounts.progress.consistency import findings
from characters.models import Character
from ml.result import Candidate, Result
from scoring import judging, rescoring, serving, tasks
from scoring.comparison import Comparison, Pair, compare, recent
from scoring.models import Activation, Attempt, ModelBundle, Rescoring, RolloutError, Score, shipped
from tests.lettersai.test_storage import bucket, s3  # noqa: F401 - fixtures
from tests.support.bundles import renamed
from tests.support.drawings import ink_of
from tests.support.site import Site, until

#: Runs the command in a process of its own, as an operator does.
_MANAGE = "import sys; from django.core.management import call_command; call_command('bundle', *sys.argv[1:])"


class Model:
    """Reads everything as `character`, and gives every target the score `legibility`."""

    def __init__(self, version: str, legibility: int, character: str = "口") -> None:
        self.version, self.legibility, self.character = version, legibility, character

    def score(self, images: Any, targets: Any, groups: Any, scripts: Any, *_: Any) -> list[Result]:
        candidates = [Candidate(self.character, 0.9, self.legibility, [], 0.9)]
        return [Result(self.version, True, candidates, target and self.legibility, []) for target in targets]


def bundle(*arguments: Any) -> str:
    output = StringIO()
    call_command("bundle", *map(str, arguments), stdout=output)
    return output.getvalue()


@pytest.fixture
def attempts(monkeypatch) -> list[Attempt]:
    """Twenty attempts of Alice, scored 40 by the model "before"."""
    scores_with(monkeypatch, Model("before", 40))
    alice = User.objects.create_user("alice@example.org")
    target = Character.objects.get(literal="口")
    created = [Attempt.objects.write(user=alice, target=target, ink=ink_of("口")) for _ in range(20)]
    for attempt in created:
        tasks.score_attempt(str(attempt.pk))
    return created


def scores_with(monkeypatch, model: Model) -> None:
    monkeypatch.setattr(serving, "scorer", lambda: model)


def newest() -> set[int | None]:
    """The legibility of each attempt's newest score."""
    return {attempt.score.legibility for attempt in Attempt.objects.all() if attempt.score}


def begin(version: str) -> Rescoring:
    about = {"version": version}
    return Rescoring.objects.begin(ModelBundle.objects.register(about), timezone.now() - timedelta(days=1))


# ── Activating ────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_shipped_bundle_scores_until_another_is_activated_and_after_a_rollback(next_bundle):
    assert ModelBundle.active_version() == shipped()["version"]
    added = ModelBundle.objects.add(next_bundle)
    assert ModelBundle.active_version() == shipped()["version"]
    added.activate()
    assert ModelBundle.active_version() == "next"
    assert Activation.roll_back().version == shipped()["version"]
    assert ModelBundle.active_version() == shipped()["version"]
    assert Activation.roll_back().version == "next"


@pytest.mark.django_db
def test_a_rollback_without_an_activation_is_refused():
    with pytest.raises(RolloutError, match="No model was ever activated"):
        Activation.roll_back()


@pytest.mark.django_db
@pytest.mark.usefixtures("bucket")
def test_a_bundle_is_fetched_unchanged_from_the_bucket(next_bundle):
    added = ModelBundle.objects.add(next_bundle)
    assert default_storage.exists("bundles/next.zip")
    fetched = added.folder()
    for name in ("bundle.json", "characters.txt", "baselines.txt", "model.keras", "words.npz"):
        assert (fetched / name).read_bytes() == (next_bundle / name).read_bytes()


@pytest.mark.django_db
def test_pruning_keeps_the_bundles_in_use_and_the_newest(next_bundle, tmp_path):
    for version in ("a", "b", "c", "d", "e"):
        ModelBundle.objects.add(renamed(tmp_path / version, version))
    begin("a").bundle.activate()  # which rescores too
    for version in ("b", "c"):
        ModelBundle.objects.get(version=version).activate()

    def kept() -> set[str]:
        stored = {each.version for each in ModelBundle.objects.exclude(files="")}
        assert {name.removesuffix(".zip") for name in default_storage.listdir("bundles")[1]} == stored
        return stored

    assert bundle("prune", "--keep", "1") == "Deleted the files of d.\n"
    assert kept() == {"a", "b", "c", "e"}
    Rescoring.objects.update(done_at=timezone.now())
    assert bundle("prune", "--keep", "0") == "Deleted the files of e, a.\n"
    assert kept() == {"b", "c"}
    assert bundle("prune", "--keep", "0") == "Nothing to delete.\n"
    assert "its files are gone" in bundle("list")


@pytest.mark.django_db
def test_a_bundle_damaged_in_the_storage_is_not_activated(next_bundle):
    added = ModelBundle.objects.add(next_bundle)
    path = Path(added.files.path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(RolloutError, match="damaged"):
        added.activate()
    assert ModelBundle.active_version() == shipped()["version"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "bundle.json").unlink(), "is no model bundle"),
        (lambda folder: (folder / "model.keras").unlink(), "is no whole model bundle"),
        (lambda folder: (folder / "bundle.json").write_text('{"version": "../../etc"}'), "is no version"),
        (lambda folder: (folder / "bundle.json").write_text(json.dumps(shipped())), "needs a new version"),
    ],
)
def test_an_invalid_bundle_is_refused_and_not_stored(next_bundle, harm, message):
    harm(next_bundle)
    with pytest.raises(RolloutError, match=message):
        ModelBundle.objects.add(next_bundle)
    assert not ModelBundle.objects.exists()
    assert not default_storage.exists("bundles") or default_storage.listdir("bundles") == ([], [])


@pytest.mark.django_db
def test_adding_a_bundle_fails_with_a_sentence_when_the_storage_refuses_it(next_bundle, monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("The storage refuses.")

    monkeypatch.setattr(default_storage, "save", refuse)
    with pytest.raises(RolloutError, match="can't be kept: The storage refuses"):
        ModelBundle.objects.add(next_bundle)
    assert not ModelBundle.objects.exists()


@pytest.mark.django_db
def test_activating_a_bundle_fails_with_a_sentence_when_it_cannot_be_unpacked(next_bundle, settings):
    added = ModelBundle.objects.add(next_bundle)
    (settings.DATA_DIR / "bundles").write_text("no folder")
    with pytest.raises(RolloutError, match="can’t be fetched"):
        added.activate()
    assert ModelBundle.active_version() == shipped()["version"]


@pytest.mark.django_db
def test_the_command_fails_with_a_sentence(next_bundle):
    with pytest.raises(CommandError, match="There is no bundle unheard: add it first"):
        bundle("activate", "unheard")
    (next_bundle / "model.keras").write_bytes(b"no network")
    with pytest.raises(CommandError, match="can't be read"):
        bundle("add", next_bundle)
    assert not ModelBundle.objects.exists()


@pytest.mark.django_db
def test_a_worker_keeps_its_model_while_the_next_one_cannot_be_loaded(next_bundle, monkeypatch):
    monkeypatch.setattr(serving, "load", lambda bundle: Model(shipped()["version"], 90))
    child = serving.Serving()
    assert child.scorer().version == shipped()["version"]
    ModelBundle.objects.add(next_bundle).activate()

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
def test_the_memory_of_a_replaced_model_is_freed(next_bundle, monkeypatch):
    def load(bundle: Any) -> Model:
        model = Model(str(bundle or shipped()["version"]), 90)
        model.itself = model  # type: ignore[attr-defined]  # as Keras's do
        return model

    monkeypatch.setattr(serving, "load", load)
    monkeypatch.setattr("threading.Thread.start", Thread.run)  # at once
    monkeypatch.setattr("scoring.serving.connection.close", lambda: None)
    child = serving.Serving()
    last = weakref.ref(child.scorer())
    ModelBundle.objects.add(next_bundle).activate()
    child.scorer()
    assert child.scorer().version == "next"
    assert last() is None


# ── Comparing ─────────────────────────────────────────────────────────────────


def test_the_pairs_that_changed_most_come_first_and_of_equal_ones_those_that_fell():
    changes = [5, 20, -20, -5, 30]
    pairs = [Pair(uuid.uuid4(), "口", "kanji", old=50, new=50 + change, agree=True) for change in changes]
    assert [pair.change for pair in Comparison(pairs).worst(4)] == [30, -20, 20, -5]


@pytest.mark.django_db
def test_a_comparison_reports_changes_and_stores_nothing(attempts):
    found = compare(cast(Any, Model("a", 40)), cast(Any, Model("b", 70, "日")), recent(12))
    assert len(found.pairs) == 12
    assert (found.agreement, found.change, found.far) == (0, 30, 1)
    assert set(found.by_script()) == {"kanji"}
    assert found.worst(1)[0].target == "口"
    assert Score.objects.count() == 20


@pytest.mark.django_db
def test_a_comparison_skips_an_attempt_that_only_one_model_can_read(attempts, monkeypatch):
    image = judging.network_image
    calls = iter(range(24))

    def vanishing(attempt: Attempt) -> Any:
        if next(calls) == 20:
            raise FileNotFoundError
        return image(attempt)

    monkeypatch.setattr(judging, "network_image", vanishing)
    assert len(compare(cast(Any, Model("a", 40)), cast(Any, Model("b", 70)), recent(12)).pairs) == 11


@pytest.mark.django_db
def test_the_command_compares_with_the_active_model(attempts, next_bundle, monkeypatch):
    ModelBundle.objects.add(next_bundle)
    monkeypatch.setattr("scoring.management.commands.bundle.load", lambda bundle: Model("x", 90 if bundle else 60))
    output = bundle("compare", "next", "--sample", 10)
    assert (
        "all            10 attempts   100.0% read alike   mean change +30.0   100.0% change by more than 10" in output
    )
    assert "口   60 →  90" in output


# ── Rescoring ─────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_past_attempts_are_rescored_and_the_newest_score_counts(attempts, monkeypatch):
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
def test_rescoring_accepts_a_start_before_1970(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    Rescoring.objects.begin(ModelBundle.objects.register({"version": "next"}), datetime(1945, 8, 15, tzinfo=UTC))
    while not Rescoring.objects.get().done_at:
        tasks.rescore()
    assert newest() == {90}


@pytest.mark.django_db
def test_rescoring_includes_an_attempt_whose_id_is_a_moment_older_than_its_time(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    attempt = attempts[0]
    a_moment_later = datetime.fromtimestamp(((attempt.pk.int >> 80) + 3) / 1000, UTC)
    Attempt.objects.exclude(pk=attempt.pk).update(written_at=a_moment_later - timedelta(days=1))
    Attempt.objects.filter(pk=attempt.pk).update(written_at=a_moment_later)
    Rescoring.objects.begin(ModelBundle.objects.register({"version": "next"}), a_moment_later)
    tasks.rescore()
    attempt.refresh_from_db()
    assert attempt.legibility == 90


@pytest.mark.django_db
def test_rescoring_with_the_previous_model_restores_the_previous_figures(attempts, monkeypatch):
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
def test_an_interrupted_rescoring_continues_and_scores_nothing_twice(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    work = Rescoring.objects.get()
    rescoring.rescore_some(work)
    assert Score.objects.count() == 28
    Rescoring.objects.update(last=work.last)  # it ended before it stored its progress
    monkeypatch.setattr(rescoring, "_RUN", 60)
    tasks.rescore()
    assert Score.objects.count() == 40
    assert list(findings()) == []


@pytest.mark.django_db
def test_a_rescoring_that_was_replaced_while_it_ran_stays_ended(attempts):
    begin("next")
    work = Rescoring.objects.claim_next()
    assert work
    newer = begin("newer")
    work.go_on(attempts[0].pk, judged=1)
    assert list(Rescoring.objects.filter(done_at=None)) == [newer]


@pytest.mark.django_db
def test_an_attempt_that_kills_its_worker_is_left_out(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    deadly = attempts[3].pk

    def dies(attempt: Attempt) -> Any:
        if attempt.pk == deadly:
            raise KeyboardInterrupt  # nothing catches it, as with a signal
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
def test_rescoring_waits_while_a_writer_waits_for_a_score(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    Attempt.objects.write(user=attempts[0].user, target=attempts[0].target, ink=ink_of("口"))
    tasks.rescore()
    assert not Score.objects.filter(model_version="next").exists()


@pytest.mark.django_db
def test_rescoring_takes_turns_with_the_bulk_lane(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    monkeypatch.setattr(rescoring, "_BATCH", 2)
    monkeypatch.setattr(rescoring, "_RUN", 60)
    begin("next")
    waiting = Attempt.objects.write(user=attempts[0].user, ink=ink_of("口"), is_bulk=True)
    rescored = Score.objects.filter(model_version="next")
    tasks.rescore()
    assert rescored.count() == 2
    waiting.delete()
    tasks.rescore()
    assert rescored.count() == 20


@pytest.mark.django_db
def test_rescoring_continues_after_the_clock_was_set_back(attempts, monkeypatch):
    scores_with(monkeypatch, Model("next", 90))
    begin("next")
    assert Rescoring.objects.claim_next()  # by a worker that is killed
    Rescoring.objects.update(leased_until=timezone.now() + timedelta(hours=1))
    for _ in range(30):
        tasks.rescore()
    assert newest() == {90}
    assert Rescoring.objects.get().done_at


@pytest.mark.django_db
def test_one_worker_at_a_time_rescores_and_only_with_the_model_of_the_rescoring(attempts, monkeypatch):
    begin("next")
    tasks.rescore()  # the previous model is still loaded
    assert Score.objects.count() == 20
    Rescoring.objects.update(leased_until=None)
    assert Rescoring.objects.claim_next()
    assert Rescoring.objects.claim_next() is None


# ── On a running site ─────────────────────────────────────────────────────────


def test_a_new_model_takes_over_under_load_and_no_attempt_fails(tmp_path):
    next_bundle = renamed(tmp_path / "next", "next")
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
        manage("add", str(next_bundle))
        manage("activate", "next")
        taken_over(by="next")
        assert first == shipped()["version"]
        size = site.memory()["worker"]
        for version in (first, "next", first, "next", first):
            manage("rollback")
            taken_over(by=version)
        assert site.memory()["worker"] < 1.4 * size  # six models in a row; all but one were freed
        assert f"* {first}" in manage("list")
        assert site.query("SELECT count(*) FROM scoring_attempt WHERE status = 'scored'") == [(len(models),)]
    finally:
        site.stop()


def test_an_operator_activates_a_model_and_rolls_back_by_button(next_bundle, client_of):
    first = ModelBundle.objects.register(shipped())
    added = ModelBundle.objects.add(next_bundle)
    operator, pages = client_of("operator"), "/admin/scoring/modelbundle/"
    page = operator.get(f"{pages}{added.pk}/change/").text
    assert "Activate this model" in page
    right = f"{shipped()['metrics']['top1_pooled']:.1%}"
    assert f"read right, lookalikes pooled<td>{right}<td>{right}" in page
    assert f"active: {first}" in page
    answer = operator.post(f"{pages}{added.pk}/activate/", follow=True)
    assert [str(note) for note in answer.context["messages"]] == ["next is active."]
    assert ModelBundle.active_version() == "next"
    assert "Activate this model" not in operator.get(f"{pages}{added.pk}/change/").text
    first.activate()
    added.activate()
    assert f"Roll back to {first}" in operator.get(pages).text
    operator.post(f"{pages}roll-back/")
    assert ModelBundle.active_version() == first.version
    ModelBundle.objects.filter(pk=added.pk).update(files="")
    assert "files of next are gone" in operator.post(f"{pages}{added.pk}/activate/", follow=True).text
    User.objects.update(language="ja")
    answer = operator.post(f"{pages}{added.pk}/activate/", follow=True)
    assert [str(note) for note in answer.context["messages"]] == [
        "next のファイルがありません。もう一度追加してください。"
    ]


@pytest.mark.parametrize("who", ["visitor", "alice", "curator"])
def test_only_operators_activate_models(next_bundle, client_of, who):
    added = ModelBundle.objects.add(next_bundle)
    for address in (f"{added.pk}/activate/", "roll-back/"):
        assert client_of(who).post(f"/admin/scoring/modelbundle/{address}").status_code in (302, 403)
        assert client_of("operator").get(f"/admin/scoring/modelbundle/{address}").status_code == 405
    assert not Activation.objects.exists()
