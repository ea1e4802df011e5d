"""Single values of an imported file: what is read, and what is skipped for which reason."""

import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.transfer.importing.values import (
    Skipped,
    SkipReason,
    is_number,
    is_percent,
    is_script,
    parse,
    read_character,
    read_date,
    read_text,
    read_time,
    read_uuid,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def reason_of(read: Any, *arguments: Any) -> str:
    with pytest.raises(Skipped) as caught:
        read(*arguments)
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


def test_json_is_parsed():
    assert parse(b'{"a": [1.5, null, "\xe5\x8f\xa3"]}') == {"a": [1.5, None, "口"]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "too_long"),
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"\xff", "malformed"),
        (b"NaN", "malformed"),
        (b"[-Infinity]", "malformed"),
        (b"[" * 100_000, "malformed"),
    ],
    ids=str,
)
def test_data_that_is_not_json_is_skipped(data, reason):
    assert reason_of(parse, data) == reason


def test_a_skipped_constant_is_named_in_the_cause():
    with pytest.raises(Skipped) as caught:
        parse(b"[NaN]")
    assert str(caught.value.__cause__) == "NaN is not JSON."


@pytest.mark.parametrize(
    ("value", "text"),
    [("", ""), ("ｶﾞ", "ガ"), ("入口", "入口"), ("入口" + " " * 14, "入口"), ("\ud7ff\ue000", "\ud7ff\ue000")],
)
def test_text_is_read_as_the_catalogue_spells_it(value, text):
    assert read_text(value, 2) == text


@pytest.mark.parametrize("value", [None, 7, ["口"], "入口日", "入口" + " " * 15, "\0", chr(0xD800), chr(0xDFFF)])
def test_other_text_is_skipped(value):
    assert reason_of(read_text, value, 2) == "malformed"


def test_a_uuid_is_read():
    value = uuid.uuid4()
    assert read_uuid(str(value)) == value


@pytest.mark.parametrize("value", ["x", 7, None, ["a"]])
def test_anything_but_a_uuid_is_skipped(value):
    assert reason_of(read_uuid, value) == "malformed"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-05-04T12:00:00+00:00", NOW),
        ("2026-05-04T21:00:00+09:00", NOW),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2000-01-01T09:00:00+09:00", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_from_2000_until_now_is_read(value, moment):
    read = read_time(value)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2026-05-04T12:00:01+00:00", "in_the_future"),
        ("1999-12-31T23:59:59+00:00", "malformed"),
        ("2000-01-01T00:00:00+01:00", "malformed"),
        ("2026-05-04T11:00:00", "malformed"),
        ("0001-01-01T00:00:00+14:00", "malformed"),
        ("yesterday", "malformed"),
        (1_700_000_000, "malformed"),
        (None, "malformed"),
    ],
)
def test_another_time_is_skipped(value, reason):
    assert reason_of(read_time, value) == reason


@pytest.mark.parametrize("value", ["2000-01-01", "2026-05-04", "2026-05-05"])
def test_a_date_from_2000_until_today_anywhere_is_read(value):
    assert read_date(value) == date.fromisoformat(value)


@pytest.mark.parametrize("value", ["1999-12-31", "2026-05-06", "2026-05-04T00:00", "May", 20260504, None])
def test_another_date_is_skipped(value):
    assert reason_of(read_date, value) == "malformed"


def test_a_date_can_have_another_limit():
    latest = date(2030, 1, 1)
    assert read_date("2030-01-01", latest=latest) == latest
    assert reason_of(read_date, "2030-01-02", latest) == "malformed"


def test_a_character_is_read_as_its_primary_key():
    assert read_character("口", {"口": 7, "日": 8}) == 7
    assert read_character("口" + " " * 15, {"口": 7}) == 7
    assert read_character(None, {"口": 7}) is None


@pytest.mark.parametrize("literal", ["鬱", "", ["口"], 7, "口" + " " * 16])
def test_an_unknown_character_is_skipped(literal):
    assert reason_of(read_character, literal, {"口": 7}) == "unknown_character"


@pytest.mark.parametrize(("value", "is_one"), [("kana", True), ("口", True), ("runes", False), (7, False)])
def test_scripts_are_names_or_characters(value, is_one):
    assert is_script(value) is is_one


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (0, True),
        (-2.5, True),
        (999_999_999.5, True),
        (-999_999_999.5, True),
        (1e9, False),
        (-1e9, False),
        (True, False),
        ("1", False),
        (None, False),
        (json.loads("1e400"), False),
    ],
)
def test_numbers_are_below_a_billion(value, is_one):
    assert is_number(value) is is_one


@pytest.mark.parametrize(
    ("value", "is_one"), [(0, True), (100, True), (-1, False), (101, False), (50.0, False), (True, False)]
)
def test_percentages_are_whole_numbers_from_0_to_100(value, is_one):
    assert is_percent(value) is is_one


def test_a_skipped_value_is_malformed_by_default():
    assert Skipped().reason == SkipReason.MALFORMED
