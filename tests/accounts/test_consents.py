"""Consents: offering examples, and training models."""

import gzip
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access.api import AccountSerializer
from accounts.models import User
from characters.models import Character, Exemplar
from ml.datasets import ink
from scoring.models import Attempt

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
INK = {"width": 300, "height": 300, "strokes": [[[30, 150, 0], [270.5, 150, 200]]]}


@pytest.fixture
def alice(client_of):
    return client_of("alice")


def user_of(client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def set_consents(client, **consents: bool) -> None:
    assert client.patch(ME, json.dumps(consents), "application/json").status_code == 200


def written(client, literal: str = "口") -> Attempt:
    target = Character.objects.get(literal=literal)
    return Attempt.objects.create(user=user_of(client), target=target, ink=INK)


def score(attempt: Attempt, legibility: int, model: str = "1", form: int | None = None) -> None:
    attempt.record(model_version=model, legibility=legibility, form=form, known=True, candidates=[], misread_as=[])


def scored(client, legibility: int, literal: str = "口", form: int | None = None) -> Attempt:
    attempt = written(client, literal)
    score(attempt, legibility, form=form)
    return attempt


def offered() -> list[int]:
    """The scores of all exemplars, in the order of their creation."""
    return list(Exemplar.objects.order_by("pk").values_list("legibility", flat=True))


def test_a_change_of_something_else_gives_no_consent_that_was_withdrawn_meanwhile(alice):
    set_consents(alice, shows_examples=True, allows_training=True)
    earlier = user_of(alice)
    set_consents(alice, shows_examples=False)
    AccountSerializer().update(earlier, {"language": "fr"})
    assert (user_of(alice).language, user_of(alice).shows_examples, user_of(alice).allows_training) == (
        "fr",
        False,
        True,
    )


@pytest.mark.parametrize(("legibility", "consents", "count"), [(94, True, 18), (95, False, 18)])
def test_scoring_an_attempt_that_is_not_offered_reads_no_ink(
    alice, django_assert_num_queries, legibility, consents, count
):
    set_consents(alice, shows_examples=consents)
    attempt = written(alice)
    with django_assert_num_queries(count) as queries:
        score(attempt, legibility)
    assert [query for query in queries.captured_queries if '."ink"' in query["sql"]] == []


def test_a_score_is_counted_before_the_attempt_is_offered(alice):
    set_consents(alice, shows_examples=True)
    attempt = written(alice)
    with CaptureQueriesContext(connection) as queries:
        score(attempt, 95)
    statements = [query["sql"] for query in queries.captured_queries]
    [counted] = [n for n, sql in enumerate(statements) if sql.startswith('INSERT INTO "accounts_progress"')]
    [offer] = [n for n, sql in enumerate(statements) if sql.startswith('INSERT INTO "characters_exemplar"')]
    assert counted < offer


def test_each_consent_is_off_until_the_learner_gives_it_and_can_be_withdrawn(alice):
    names = ("shows_examples", "allows_training")
    assert [alice.get(ME).json()[name] for name in names] == [False, False]
    alice.post("/accounts/data/", {"do": "consents", "shows_examples": "on"})
    assert [alice.get(ME).json()[name] for name in names] == [True, False]
    set_consents(alice, allows_training=True)
    alice.post("/accounts/data/", {"do": "consents", "allows_training": "on"})
    assert [alice.get(ME).json()[name] for name in names] == [False, True]


def test_nothing_is_offered_without_consent(alice):
    scored(alice, 99)
    assert offered() == []


def test_the_best_attempt_at_each_character_is_offered_if_its_score_is_top(alice):
    set_consents(alice, shows_examples=True)
    scored(alice, 94)
    assert offered() == []
    scored(alice, 96)
    scored(alice, 95)
    assert offered() == [96]
    scored(alice, 98)
    assert offered() == [98]
    scored(alice, 97, "日")
    assert offered() == [98, 97]


def test_of_equal_attempts_the_first_stays_on_offer(alice):
    set_consents(alice, shows_examples=True)
    first = scored(alice, 96)
    scored(alice, 96)
    first.refresh_from_db()
    assert [first.exemplar_id] == list(Exemplar.objects.values_list("pk", flat=True))


def test_an_image_is_scored_and_never_offered(alice):
    set_consents(alice, shows_examples=True)
    target = Character.objects.get(literal="口")
    image = Attempt.objects.create(user=user_of(alice), target=target, image="attempts/a.png")
    score(image, 99)
    assert offered() == []
    image.refresh_from_db()
    assert image.legibility == 99


def test_an_attempt_with_a_form_below_80_is_not_offered(alice):
    set_consents(alice, shows_examples=True)
    scored(alice, 99, form=79)
    assert offered() == []
    scored(alice, 95, form=80)
    assert offered() == [95]
    scored(alice, 100, form=79)
    assert offered() == [95]


def test_an_approved_example_is_not_replaced_by_a_better_attempt(alice):
    set_consents(alice, shows_examples=True)
    scored(alice, 95)
    Exemplar.objects.waiting().approve(by=None)
    scored(alice, 100)
    assert offered() == [95]


def test_rescoring_does_not_offer_a_refused_or_withdrawn_attempt_again(alice):
    set_consents(alice, shows_examples=True)
    refused, withdrawn = scored(alice, 96), scored(alice, 96, "日")
    Exemplar.objects.filter(character__literal="口").refuse(by=None, reason="Blurred")
    withdrawn.withdraw()
    for attempt in (refused, withdrawn):
        score(attempt, 99, "2")
    assert list(Exemplar.objects.values_list("status", flat=True)) == ["refused"]


def test_withdrawing_consent_withdraws_all_examples_of_the_learner_and_no_others(alice, client_of):
    bob = client_of("bob")
    for client in (alice, bob):
        set_consents(client, shows_examples=True)
        scored(client, 96)
        scored(client, 97, "日")
    Exemplar.objects.filter(legibility=96).approve(by=None)
    set_consents(alice, shows_examples=False)
    assert offered() == [96, 97]
    assert not Attempt.objects.filter(user=user_of(alice), exemplar__isnull=False).exists()
    scored(alice, 100)
    assert offered() == [96, 97]


def test_what_a_curator_refused_cannot_be_offered_after_consent_was_withdrawn_either(alice):
    set_consents(alice, shows_examples=True)
    attempt = scored(alice, 96)
    Exemplar.objects.waiting().refuse(by=None, reason="Blurred")
    set_consents(alice, shows_examples=False)
    answer = alice.put(f"/api/v1/attempts/{attempt.pk}/exemplar/")
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


def test_an_example_that_the_learner_offered_by_hand_stays_when_another_consent_changes(alice):
    assert scored(alice, 90).offer()
    set_consents(alice, allows_training=True)
    assert offered() == [90]


def training_ink(path) -> list[ink.Drawing]:
    call_command("export_training_ink", str(path), verbosity=0)
    return list(ink.read(path))


def test_training_ink_has_the_attempts_of_consenting_learners_anonymously(alice, client_of, tmp_path):
    bob = client_of("bob")
    for client in (alice, bob):
        scored(client, 70)
        scored(client, 30, "日")
    Attempt.objects.create(user=user_of(alice), ink=INK)
    assert training_ink(tmp_path / "a.jsonl.gz") == []
    set_consents(alice, allows_training=True)
    first, second = training_ink(tmp_path / "a.jsonl.gz"), training_ink(tmp_path / "b.jsonl.gz")
    assert sorted(drawing.character or "" for drawing in first) == ["口", "日"]
    assert first[0].strokes[0].tolist() == [[30, 150], [270.5, 150]]
    [writer] = {drawing.writer for drawing in first}
    assert writer != str(user_of(alice).pk)
    assert {drawing.writer for drawing in second} != {writer}
    text = gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).decode()
    assert {key for line in text.splitlines() for key in json.loads(line)} == {
        "character",
        "writer",
        "source",
        "strokes",
    }


def test_training_ink_written_after_consent_was_withdrawn_lacks_the_learner(alice, tmp_path):
    set_consents(alice, allows_training=True)
    scored(alice, 70)
    assert len(training_ink(tmp_path / "a.jsonl.gz")) == 1
    set_consents(alice, allows_training=False)
    assert training_ink(tmp_path / "a.jsonl.gz") == []
