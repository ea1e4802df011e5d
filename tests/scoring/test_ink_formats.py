"""Ink in the formats of other programs."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.ink import WritingError
from scoring.ink_formats.paths import from_paths
from scoring.models import Attempt
from tests.support.drawings import ink_of
from tests.support.errors import error_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

SIDES = {"width": 300, "height": 300}
#: 十 in the site's own format, without times and with them.
STROKES = [[[40, 140], [262, 130]], [[150, 40], [151, 110], [150, 268]]]
TIMES = [[0, 190], [480, 540, 680]]
WRITTEN = [[[*p, t] for p, t in zip(stroke, ts, strict=True)] for stroke, ts in zip(STROKES, TIMES, strict=True)]
UNTIMED = [[[*point, 0] for point in stroke] for stroke in STROKES]
#: The commands of paths, each with how many numbers it takes.
TAKES = [("L", 2), ("h", 1), ("V", 1), ("C", 6), ("s", 4), ("Q", 4), ("t", 2), ("Z", 0), ("m", 2)]
EPOCH = 1_764_412_800_000


def inkml(traces: str, trace_format: str = "") -> str:
    return f'<ink xmlns="http://www.w3.org/2003/InkML">{trace_format}{traces}</ink>'


def with_channels(*channels: str) -> str:
    return f"<traceFormat>{''.join(f'<channel {channel}/>' for channel in channels)}</traceFormat>"


@pytest.fixture
def kept(client_of, post):
    """Posts ink in a format, and returns the strokes that are stored."""

    def send(**member) -> list:
        answer = post(client_of("alice"), {"ink": {**SIDES, **member}})
        assert answer.status_code == 201, answer.content
        ink = answer.json()["ink"]
        assert ink == {**SIDES, "strokes": ink["strokes"]} == Attempt.objects.latest("written_at").ink
        return ink["strokes"]

    return send


@pytest.fixture
def refused(client_of, post):
    """Posts ink that is refused, and returns the code of the error at a place in it."""

    def send(place: str, **member) -> str:
        return error_at(post(client_of("alice"), {"ink": {**SIDES, **member}}), f"/ink{place}")["code"]

    return send


# ── Points of canvases, and columns ─────────────────────────────────────────


@pytest.mark.parametrize(
    ("points", "strokes"),
    [
        (STROKES, UNTIMED),
        (WRITTEN, WRITTEN),
        ([[{"x": x, "y": y} for x, y in stroke] for stroke in STROKES], UNTIMED),
        ([[{"x": x, "y": y, "t": t} for x, y, t in stroke] for stroke in WRITTEN], WRITTEN),
    ],
)
def test_points_are_pairs_or_objects(kept, points, strokes):
    assert kept(points=points) == strokes


def test_the_data_of_signature_pad_are_read_as_they_stand(kept):
    groups = [
        {
            "penColor": "black",
            "dotSize": 0,
            "points": [{"x": x, "y": y, "pressure": 0.5, "time": EPOCH + t} for x, y, t in stroke],
        }
        for stroke in WRITTEN
    ]
    assert kept(points=groups) == WRITTEN


@pytest.mark.parametrize("times", [[], TIMES])
def test_columns_have_each_coordinate_of_a_stroke(kept, times):
    columns = [[list(column) for column in zip(*stroke, strict=True)] for stroke in STROKES]
    for stroke, its in zip(columns, times, strict=False):
        stroke.append([EPOCH + t for t in its])
    assert kept(columns=columns) == (WRITTEN if times else UNTIMED)


@pytest.mark.parametrize(
    ("points", "place", "code"),
    [
        ([], "", "nothing_written"),
        ([[]], "", "nothing_written"),
        ("text", "/points", "malformed"),
        ([1], "/points", "malformed"),
        ([{"x": 1, "y": 2}], "/points", "malformed"),
        ([[[1]]], "/points", "malformed"),
        ([[[1, 2, 3, 4]]], "/points", "malformed"),
        ([[{"x": 1, "y": 2}, {"x": 1, "y": 2, "t": 3}]], "/points", "malformed"),
        ([[{"x": 1, "y": 2, "t": "3"}]], "/points", "malformed"),
        ([[{"x": 1, "y": 2, "t": 3, "time": 3}]], "/points", "malformed"),
        ([[{"x": 1}]], "", "malformed"),
        ([[[1, 100_001]]], "", "out_of_range"),
        ([[[1, 1, 0], [1, 1, 86_400_001]]], "", "out_of_range"),
        ([[[1, 1, 10**400]]], "/points", "out_of_range"),
        ([[[1, 1]]] * 65, "", "too_many_strokes"),
        ([[[1, 1]] * 4097], "/points", "too_many_points"),
    ],
)
def test_faulty_points_are_refused_at_their_place(refused, points, place, code):
    assert refused(place, points=points) == code


@pytest.mark.parametrize(
    ("columns", "place", "code"),
    [
        (1, "/columns", "malformed"),
        ([[[1, 2]]], "/columns", "malformed"),
        ([[[1, 2], [3]]], "/columns", "malformed"),
        ([[[1], [2], [3], [4]]], "/columns", "malformed"),
        ([[[1, 2], 3]], "/columns", "malformed"),
        ([[["1"], [2]]], "", "malformed"),
        ([[[1], [2]], [[1], [2], [3]]], "/columns", "malformed"),
        ([[[1] * 4097, [1] * 4097]], "/columns", "too_many_points"),
    ],
)
def test_faulty_columns_are_refused_at_their_place(refused, columns, place, code):
    assert refused(place, columns=columns) == code


# ── SVG ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "paths",
    [
        ["M40 140L262 130", "M150,40 L151,110 L150,268"],
        ["M40 140 262 130M150 40 151 110 150 268"],
        ["m40 140l222-10m-112-90 1 70-1 158"],
        ["M 40,140\nL 262 130 M 150 40 l 1 70 L 1.5e2 268."],
    ],
)
def test_lines_of_paths_are_read_in_every_spelling(kept, paths):
    assert kept(paths=paths) == UNTIMED


def test_lines_across_and_down_and_back_to_the_beginning(kept):
    assert kept(paths=["M10 10H30v20h-20z"]) == [[[10, 10, 0], [30, 10, 0], [30, 30, 0], [10, 30, 0], [10, 10, 0]]]


@pytest.mark.parametrize(
    ("path", "middle"),
    [
        ("M0 0C0 40 60 40 60 0", (30, 30)),
        ("M0 0c0 40 60 40 60 0", (30, 30)),
        ("M0 0Q30 60 60 0", (30, 30)),
        ("M0 0L0 0S60 60 60 0", (30, 22.5)),
    ],
)
def test_curves_become_lines_through_their_points(kept, path, middle):
    [stroke] = kept(paths=[path])
    assert stroke[0] == [0, 0, 0]
    assert stroke[-1] == [60, 0, 0]
    assert 10 <= len(stroke) <= 33
    assert min(abs(x - middle[0]) + abs(y - middle[1]) for x, y, _ in stroke) < 3


@pytest.mark.parametrize(
    ("smooth", "spelt_out"),
    [
        ("M0 0C0 40 60 40 60 0S120-40 120 0", "M0 0C0 40 60 40 60 0C60-40 120-40 120 0"),
        ("M0 0Q30 60 60 0T120 0", "M0 0Q30 60 60 0Q90-60 120 0"),
        ("M0 0Q30 60 60 0S120 0 120 9", "M0 0Q30 60 60 0C60 0 120 0 120 9"),
    ],
)
def test_smooth_curves_begin_as_the_one_before_ended(kept, smooth, spelt_out):
    assert kept(paths=[smooth]) == kept(paths=[spelt_out])


def test_a_straight_curve_is_one_line(kept):
    assert kept(paths=["M0 0C10 0 20 0 30 0"]) == [[[0, 0, 0], [30, 0, 0]]]


@pytest.mark.parametrize(
    ("paths", "place", "code"),
    [
        ("M0 0L1 1", "/paths", "malformed"),
        ([1], "/paths", "malformed"),
        (["L1 1"], "/paths", "malformed"),
        (["M0"], "/paths", "malformed"),
        (["M0 0L1"], "/paths", "malformed"),
        (["M0 0L"], "/paths", "malformed"),
        (["M0 0Z1"], "/paths", "malformed"),
        (["M0 0X1 1"], "/paths", "malformed"),
        (["M0 0A1 1 0 0 0 1 1"], "/paths", "malformed"),
        (["M0 0L1 1e999"], "/paths", "not_finite"),
        (["M0 0C1e308 1e308 -1e308 -1e308 1e308 0"], "", "not_finite"),
        (["M0 0" + "h1e308" * 2 + "c0 0 0 5 0 9"], "/paths", "not_finite"),
        (["M0 0L１ 1"], "/paths", "malformed"),
        (["M0 0l99999 0 99999 0"], "", "out_of_range"),
        ([""], "", "nothing_written"),
        (["M0 0" + "h1" * 4096], "/paths", "too_many_points"),
        (["M0 0h1"] * 65, "", "too_many_strokes"),
    ],
)
def test_faulty_paths_are_refused_at_their_place(refused, paths, place, code):
    assert refused(place, paths=paths) == code


EXTREME = st.sampled_from([0.0, 1.0, -1.0, 5e-324, 1e-308, 1e-160, 1e154, 1e308, -1e308])
COMMANDS = st.one_of([st.tuples(st.just(command), st.lists(EXTREME, min_size=n, max_size=n)) for command, n in TAKES])


@given(st.lists(COMMANDS, min_size=1, max_size=4))
def test_paths_of_extreme_numbers_are_read_or_refused(commands):
    path = "M0 0" + "".join(f"{command}{' '.join(map(str, numbers))}" for command, numbers in commands)
    with suppress(WritingError):
        from_paths([path], 4096)


# ── InkML ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("document", "strokes"),
    [
        (inkml("<trace>40 140, 262 130</trace><trace>150 40, 151 110, 150 268</trace>"), UNTIMED),
        (
            inkml(
                "<trace>40 140 1000, 262 130 1190</trace><trace>150 40 1480, 151 110 1540, 150 268 1680</trace>",
                with_channels('name="X"', 'name="Y"', 'name="T" units="ms"'),
            ),
            WRITTEN,
        ),
        (
            inkml(
                "<trace>0.1 7 140 40, .29 7 130 262</trace><trace>.58 7 40 150, .64 7 110 151, .78 7 268 150</trace>",
                with_channels('name="T" units="s"', 'name="F"', 'name="Y"', 'name="X"'),
            ),
            WRITTEN,
        ),
        (
            inkml(
                "<trace>40 140 9, 262 130 9</trace><trace>150 40 9, 151 110 9, 150 268 9</trace>",
                with_channels('name="X"', 'name="Y"', 'name="T" units="dev"'),
            ),
            UNTIMED,
        ),
    ],
)
def test_traces_are_read_by_the_channels_of_their_format(kept, document, strokes):
    read = kept(inkml=document)
    assert [[[x, y] for x, y, _ in stroke] for stroke in read] == STROKES
    assert [t for stroke in read for *_, t in stroke] == pytest.approx([t for stroke in strokes for *_, t in stroke])


def test_differences_are_added_up_as_the_standard_shows(kept):
    """The example in section 3.3.2 of the standard."""
    trace = "1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8,3 6,2 4,*6 5*"
    points = [(1125, 18432), (1148, 18475), (1178, 18510), (1211, 18540), (1251, 18567), (1297, 18596)]
    points += [(1349, 18633), (1404, 18676), (1461, 18723), (1520, 18776)]
    [stroke] = kept(inkml=inkml(f"<trace>{trace[: trace.index(',*')]},2 6</trace>"))
    assert [(x, y) for x, y, _ in stroke] == points


def test_an_asterisk_repeats_what_was_written(kept):
    assert kept(inkml=inkml("<trace>1 #A,* '2,3 *</trace>")) == [[[1, 10, 0], [1, 12, 0], [3, 14, 0]]]


def test_groups_are_read_and_raised_pens_are_not(kept):
    traces = '<traceGroup><trace>1 2,3 4</trace></traceGroup><trace type="penUp">5 6</trace><trace>7 8</trace>'
    assert kept(inkml=inkml(traces)) == [[[1, 2, 0], [3, 4, 0]], [[7, 8, 0]]]


def test_a_continued_trace_is_one_stroke(kept):
    traces = '<trace continuation="begin">1 2</trace><trace continuation="end">3 4</trace>'
    assert kept(inkml=inkml(traces)) == [[[1, 2, 0], [3, 4, 0]]]


@pytest.mark.parametrize(
    ("document", "place", "code"),
    [
        (1, "/inkml", "malformed"),
        ("", "/inkml", "malformed"),
        ("<ink>", "/inkml", "malformed"),
        ("<svg><trace>1 2</trace></svg>", "/inkml", "malformed"),
        (inkml(""), "", "nothing_written"),
        (inkml("<trace>1</trace>"), "/inkml", "malformed"),
        (inkml("<trace>1 2 3</trace>"), "/inkml", "malformed"),
        (inkml("<trace>one two</trace>"), "/inkml", "malformed"),
        (inkml("<trace>1 2,</trace>"), "/inkml", "malformed"),
        (inkml("<trace>1 2</trace>", with_channels('name="X"', 'name="F"')), "/inkml", "malformed"),
        (inkml("<trace>1 2</trace>", with_channels('name="X"') + with_channels('name="Y"')), "/inkml", "malformed"),
        (inkml("<trace>1 ?</trace>"), "", "not_finite"),
        (inkml(f"<trace>{'1 2,' * 4096}1 2</trace>"), "/inkml", "too_many_points"),
        (inkml("<trace>1 2</trace>" * 65), "", "too_many_strokes"),
        ('<!DOCTYPE ink [<!ENTITY a "1 2">]><ink><trace>&a;</trace></ink>', "/inkml", "malformed"),
        ('<!DOCTYPE ink SYSTEM "file:///etc/passwd"><ink><trace>1 2</trace></ink>', "/inkml", "malformed"),
        ("<ink><trace>&a;</trace></ink>", "/inkml", "malformed"),
    ],
)
def test_faulty_documents_are_refused_at_their_place(refused, document, place, code):
    assert refused(place, inkml=document) == code


def test_a_bomb_of_entities_is_refused_before_it_grows(refused):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 100}">' for n in range(1, 12))
    began = time.process_time()
    assert refused("/inkml", inkml=f'<!DOCTYPE ink [<!ENTITY e0 "1">{entities}]><ink>&e11;</ink>') == "malformed"
    assert time.process_time() - began < 1


# ── Everywhere ──────────────────────────────────────────────────────────────


def test_ink_has_one_format(refused):
    assert refused("", strokes=WRITTEN, paths=["M0 0L1 1"]) == "several_formats"


def test_the_sides_are_checked_in_every_format(client_of, post):
    answer = post(client_of("alice"), {"ink": {"paths": ["M0 0L1 1"]}})
    assert error_at(answer, "/ink")["code"] == "malformed"


def test_each_attempt_of_a_batch_has_its_own_format(client_of):
    batch: list[dict[str, Any]] = [{"points": STROKES}, {"paths": ["M40 140L262 130"]}, {"inkml": "<ink/>"}]
    body = {"attempts": [{"ink": {**SIDES, **ink}} for ink in batch]}
    url = "/api/v1/attempts/batch/"
    answer = client_of("alice").post(url, json.dumps(body), "application/json")
    assert error_at(answer, "/attempts/2/ink")["code"] == "nothing_written"
    body["attempts"].pop()
    answer = client_of("alice").post(url, json.dumps(body), "application/json", headers={"Prefer": "wait=1"})
    assert [len(attempt["ink"]["strokes"]) for attempt in answer.json()] == [2, 1]


def test_the_cells_of_a_line_have_any_format(client_of):
    body = {"kind": "dictation", "text": "十口", "cells": [{**SIDES, "points": STROKES}, ink_of("口")]}
    answer = client_of("alice").post("/api/v1/lines/", json.dumps(body), "application/json")
    assert answer.status_code in (201, 202), answer.content
    assert Attempt.objects.get(position=1).ink == {**SIDES, "strokes": UNTIMED}


@pytest.mark.parametrize("path", ["lines", "recognitions"])
@pytest.mark.parametrize(
    "member",
    [
        {"points": [[[1, 1]]] * 40},
        {"columns": [[[1], [1]]] * 40},
        {"paths": ["M0 0M1 1"] * 20},
        {"inkml": inkml("<trace>1 1</trace>" * 40)},
        {"inkml": f'<ink xmlns:i="i">{"<i:trace>1 1</i:trace>" * 40}</ink>'},
    ],
)
def test_the_strokes_of_a_free_line_count_in_every_format(client_of, throttles, path, member):
    body = {"line": {"width": -1, "height": 1, **member}, **({"kind": "free"} if path == "lines" else {})}
    answer = client_of("alice").post(f"/api/v1/{path}/", json.dumps(body), "application/json")
    assert answer.status_code == 400
    [left] = [part[2:] for part in answer["RateLimit"].split(";") if part.startswith("r=")]
    assert 1000 - int(left) in (10, 11)
