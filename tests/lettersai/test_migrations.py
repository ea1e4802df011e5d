"""Migrations that move data, forwards and back."""

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from characters.catalogue import reasons
from characters.models import Character
from tests.support.site import Site, migrated

BEFORE, AFTER = ("characters", "0002_more_lookalikes"), ("characters", "0005_drop_readings")


@pytest.fixture
def empty_database(django_db_blocker: Any, tmp_path: Path) -> Iterator[Path]:
    """An empty database in the place of the test database, whose catalogue takes long to migrate. Returns its file."""
    file = tmp_path / "new.sqlite3"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    usual, connections["default"] = connections["default"], ConnectionHandler({"default": database})["default"]
    with django_db_blocker.unblock():
        yield file
        connection.close()
    connections["default"] = usual


@pytest.fixture
def new_database(empty_database: Path) -> None:
    """A migrated database without the catalogue."""
    shutil.copyfile(migrated(cast(Path, Site.database)), empty_database)


def migrate(*targets):
    executor = MigrationExecutor(connection)
    return executor.migrate(targets).apps


@pytest.mark.usefixtures("new_database")
def test_readings_meanings_and_groups_survive_migrating_back_and_forth():
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    apps = migrate(BEFORE)
    characters = apps.get_model("characters", "Character").objects
    groups = apps.get_model("characters", "LookalikeGroup").objects
    characters.all().delete()
    groups.all().delete()
    group = groups.create(reason="alike")
    eat = characters.create(literal="食", position=1, script="kanji", stroke_count=9, lookalike_group=group)
    characters.create(literal="良", position=0, script="kanji", stroke_count=7, lookalike_group=group)
    for kind, text in (("on", "ショク"), ("on", "ジキ"), ("kun", "た.べる")):
        eat.readings.create(kind=kind, text=text)
    eat.meanings.create(language="fr", text="manger")

    apps = migrate(AFTER)
    eat = apps.get_model("characters", "Character").objects.get(literal="食")
    assert (eat.on, eat.kun, eat.meanings_fr, eat.meanings_en) == (["ショク", "ジキ"], ["た.べる"], ["manger"], [])
    assert apps.get_model("characters", "LookalikeGroup").objects.get().members == "良食"

    apps = migrate(BEFORE)
    eat = apps.get_model("characters", "Character").objects.get(literal="食")
    assert set(eat.readings.values_list("kind", "text")) == {("on", "ショク"), ("on", "ジキ"), ("kun", "た.べる")}
    assert list(eat.meanings.values_list("language", "text")) == [("fr", "manger")]
    assert eat.lookalike_group.characters.count() == 2

    migrate(*newest)
    [eat] = Character.objects.filter(literal="食")
    assert (eat.on, eat.kun, eat.meanings_fr, eat.meanings_en) == (["ショク", "ジキ"], ["た.べる"], ["manger"], [])


@pytest.mark.usefixtures("empty_database")
def test_reasons_of_lookalikes_are_reworded_except_those_that_curators_wrote():
    groups = migrate(("characters", "0007_plain_help_texts")).get_model("characters", "LookalikeGroup").objects
    groups.all().delete()
    groups.create(members="ゃや", reason="differ in size alone")
    groups.create(members="ゅゆ", reason="ゅ is smaller")

    groups = migrate(("characters", "0008_reword_reasons")).get_model("characters", "LookalikeGroup").objects
    assert dict(groups.values_list("members", "reason")) == {"ゃや": "differ only in size", "ゅゆ": "ゅ is smaller"}

    groups = migrate(("characters", "0007_plain_help_texts")).get_model("characters", "LookalikeGroup").objects
    assert dict(groups.values_list("members", "reason")) == {
        "ゃや": "differ in size alone",
        "ゅゆ": "ゅ is smaller",
    }


def test_every_reworded_reason_has_translations():
    reworded = import_module("characters.migrations.0008_reword_reasons").NEW_BY_OLD
    assert set(reworded.values()) <= set(reasons())


@pytest.mark.usefixtures("new_database")
def test_tokens_keep_what_they_may_do_and_gain_nothing_on_the_way_back():
    before, after = ("accounts", "0014_word_reviews"), ("accounts", "0015_token_scopes")
    apps = migrate(before)
    user = apps.get_model("accounts", "User").objects.create(email="alice@example.org")
    tokens = apps.get_model("accounts", "Token").objects
    for number, scopes in enumerate((["write:attempts"], ["read:history", "read:catalogue"])):
        tokens.create(user=user, name=str(number), digest=str(number), scopes=scopes)

    tokens = migrate(after).get_model("accounts", "Token").objects
    assert {token.name: set(token.scopes) for token in tokens.all()} == {
        "0": {"write:attempts", "share", "write:lists", "write:plan"},
        "1": {"read:history", "read:lists", "read:plan", "read:account", "read:catalogue"},
    }
    user = tokens.get(name="0").user
    tokens.create(user=user, name="2", digest="2", scopes=["write:lists"])

    tokens = migrate(before).get_model("accounts", "Token").objects
    assert {token.name: token.scopes for token in tokens.all()} == {
        "0": ["write:attempts"],
        "1": ["read:history", "read:catalogue"],
        "2": [],
    }
