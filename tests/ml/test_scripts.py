import pytest

from ml.scripts import FAMILIES, characters_of, family, is_choice
from ml.strokes import references


def test_every_character_belongs_to_one_family_and_the_families_hold_all():
    sizes = [len(characters_of([name])) for name in FAMILIES]
    assert sizes == [146, 2967, 62]
    assert sum(sizes) == len(references())
    assert all(character in characters_of([family(character)]) for character in references())


def test_scripts_and_named_characters_add_up():
    assert characters_of(["digit", "未", "末"]) == {*"0123456789未末"}


def test_no_scripts_mean_the_whole_catalogue():
    assert characters_of([]) == set(references())


@pytest.mark.parametrize(
    ("name", "choice"), [("kana", True), ("latin", True), ("未", True), ("ゐ", False), ("", False)]
)
def test_scripts_and_characters_of_the_catalogue_are_choices(name, choice):
    assert is_choice(name) is choice
