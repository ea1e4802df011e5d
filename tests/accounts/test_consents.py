"""What learners agree to, and take back: examples, and training."""

import gzip
import json

import pytest
from django.core.management import call_command

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


def agree(client, **consents: bool) -> None:
    assert client.patch(ME, json.dumps(consents), "application/json").status_code == 200


def scored(client, legibility: int, literal: str = "口", model: str = "1") -> Attempt:
    target = Character.objects.get(literal=literal)
    attempt = Attempt.objects.create(user=user_of(client), target=target, ink=INK)
    judge(attempt, legibility, model)
    return attempt


def judge(attempt: Attempt, legibility: int, model: str) -> None:
    attempt.record(model_version=model, legibility=legibility, known=True, candidates=[], misread_as=[])


def offered() -> list[int]:
    return list(Exemplar.objects.order_by("pk").values_list("legibility", flat=True))


def test_both_are_off_unless_turned_on_and_each_can_be_turned_off(alice):
    names = ("shows_examples", "allows_training")
    assert [alice.get(ME).json()[name] for name in names] == [False, False]
    alice.post("/accounts/data/", {"do": "consents", "shows_examples": "on"})
    assert [alice.get(ME).json()[name] for name in names] == [True, False]
    agree(alice, allows_training=True)
    alice.post("/accounts/data/", {"do": "consents", "allows_training": "on"})
    assert [alice.get(ME).json()[name] for name in names] == [False, True]


def test_without_a_yes_nothing_is_offered(alice):
    scored(alice, 99)
    assert offered() == []


def test_what_is_textbook_is_offered_by_itself_one_of_a_character_the_best(alice):
    agree(alice, shows_examples=True)
    scored(alice, 94)
    assert offered() == []
    scored(alice, 96)
    scored(alice, 95)
    assert offered() == [96]
    scored(alice, 98)
    assert offered() == [98]
    scored(alice, 97, "日")
    assert offered() == [98, 97]


def test_an_approved_one_is_left_alone(alice):
    agree(alice, shows_examples=True)
    scored(alice, 95)
    Exemplar.objects.waiting().approve(by=None)
    scored(alice, 100)
    assert offered() == [95]


def test_what_was_refused_or_taken_back_is_not_offered_again_when_a_new_model_scores_it(alice):
    agree(alice, shows_examples=True)
    refused, taken_back = scored(alice, 96), scored(alice, 96, "日")
    Exemplar.objects.filter(character__literal="口").refuse(by=None, reason="Blurred")
    taken_back.withdraw()
    for attempt in (refused, taken_back):
        judge(attempt, 99, "2")
    assert list(Exemplar.objects.values_list("status", flat=True)) == ["refused"]


def test_turned_off_all_of_the_learners_are_gone_at_once_and_nobody_elses(alice, client_of):
    bob = client_of("bob")
    for client in (alice, bob):
        agree(client, shows_examples=True)
        scored(client, 96)
        scored(client, 97, "日")
    Exemplar.objects.filter(legibility=96).approve(by=None)
    agree(alice, shows_examples=False)
    assert offered() == [96, 97]
    assert not Attempt.objects.filter(user=user_of(alice), exemplar__isnull=False).exists()
    scored(alice, 100)
    assert offered() == [96, 97]


def test_ones_own_choice_stays_while_the_switch_stays_off(alice):
    assert scored(alice, 90).offer()
    agree(alice, allows_training=True)
    assert offered() == [90]


def written(path) -> list[ink.Drawing]:
    call_command("export_training_ink", str(path), verbosity=0)
    return list(ink.read(path))


def test_who_allows_it_is_in_the_training_ink_and_nothing_says_who(alice, client_of, tmp_path):
    bob = client_of("bob")
    for client in (alice, bob):
        scored(client, 70)
        scored(client, 30, "日")
    Attempt.objects.create(user=user_of(alice), ink=INK)
    assert written(tmp_path / "a.jsonl.gz") == []
    agree(alice, allows_training=True)
    first, second = written(tmp_path / "a.jsonl.gz"), written(tmp_path / "b.jsonl.gz")
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


def test_turned_off_it_is_in_no_later_file(alice, tmp_path):
    agree(alice, allows_training=True)
    scored(alice, 70)
    assert len(written(tmp_path / "a.jsonl.gz")) == 1
    agree(alice, allows_training=False)
    assert written(tmp_path / "a.jsonl.gz") == []
