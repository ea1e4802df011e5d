"""Words in context: the language model, the decoder, the split of free lines, and their evaluation."""

import gzip
import json
import shutil
import sys

import numpy as np
import pytest

from ml import assemble_words, photo
from ml.bundle import SHIPPED, BundleError
from ml.context import model, reader
from ml.context.alphabet import SHAPES, SMALL, shapes
from ml.context.asked import Asked
from ml.context.decoder import Decoder, Span
from ml.context.heights import Heights
from ml.context.model import BOUNDARY, START, WordModel, advance
from ml.context.segmentation import parts
from ml.ink import WritingError
from ml.legibility import default_groups
from ml.photo_trial import png
from ml.photographs import CONDITIONS, photograph
from ml.strokes import REFERENCE_SIDE, Strokes, references
from ml.synthesis import augment, shape
from tests.support.drawings import line_of

WORDS = SHIPPED / "words.npz"


@pytest.fixture(scope="module")
def words() -> WordModel:
    return WordModel.load(WORDS)


@pytest.fixture(scope="module")
def decoder(words) -> Decoder:
    return Decoder(words)


@pytest.fixture(scope="module")
def line_reader() -> reader.LineReader:
    return reader.LineReader.load(SHIPPED)


def context_of(fitted: WordModel, text: str) -> np.ndarray:
    context = np.array([START])
    for character in text:
        context = advance(context, np.array([fitted.codes[character]]))
    return context


def probability(fitted: WordModel, text: str, character: str | None) -> float:
    """Of `character`, or of the word's end, after a word that begins with `text`."""
    code = BOUNDARY if character is None else fitted.codes[character]
    return float(np.exp(fitted.log_probabilities(context_of(fitted, text), np.array([code])))[0, 0])


def spans(*alternatives: str, fitted: WordModel) -> list[Span]:
    """Cells in which each of the characters of a string is as likely."""
    return [
        Span(start, start + 1, np.array([fitted.codes[c] for c in characters]), np.full(len(characters), 0.0))
        for start, characters in enumerate(alternatives)
    ]


def read(decoder: Decoder, *alternatives: str, before: str = "", after: str = "") -> str:
    found = decoder.read(spans(*alternatives, fitted=decoder.model), before, after)
    return "".join(one.character for one in found)


def test_the_model_prefers_what_its_words_have():
    fitted = model.fit("abcd", {"abc": 8.0, "abd": 2.0})
    assert probability(fitted, "ab", "c") > probability(fitted, "ab", "d") > probability(fitted, "ab", "a") > 0
    assert probability(fitted, "abc", None) > 0.5 > probability(fitted, "ab", None)


def test_probabilities_sum_to_one_as_long_as_nothing_is_pruned():
    fitted = model.fit("abcd", {"abc": 8.0, "abd": 2.0, "d": 1.0})
    for text in ("", "a", "ab", "abd", "dd"):
        every = fitted.log_probabilities(context_of(fitted, text), np.arange(5))
        assert np.exp(every).sum() == pytest.approx(1, abs=0.1)  # stored in steps of a twelfth


def test_a_context_that_no_word_has_leaves_the_choice_to_the_shorter_one():
    fitted = model.fit("abcd", {"abc": 8.0, "dbd": 1.0})
    assert probability(fitted, "cb", "c") == pytest.approx(probability(fitted, "bb", "c"))
    assert probability(fitted, "cb", "c") > probability(fitted, "cb", "d")


def test_words_with_other_characters_are_left_out():
    assert probability(model.fit("ab", {"ab": 1.0, "a+": 99.0}), "a", "b") > 0.4


def test_pruning_keeps_what_matters_most():
    counted = {"abab": 100.0, "cdcd": 1.0}
    whole, pruned = (model.fit("abcd", counted, entries) for entries in (1000, 12))
    assert probability(pruned, "aba", "b") == pytest.approx(probability(whole, "aba", "b"), rel=0.1)
    assert probability(pruned, "cdc", "d") < probability(whole, "cdc", "d") / 2


def test_a_saved_model_is_the_same_when_loaded(tmp_path):
    fitted = model.fit("abcd", {"abc": 8.0, "abd": 2.0})
    fitted.save(tmp_path / "words.npz")
    loaded = WordModel.load(tmp_path / "words.npz")
    assert loaded.characters == "abcd"
    for text in ("", "a", "ab", "abc"):
        contexts = context_of(fitted, text), context_of(loaded, text)
        both = [m.log_probabilities(c, np.arange(5)) for m, c in zip((fitted, loaded), contexts, strict=True)]
        assert (both[0] == both[1]).all()


def test_the_shipped_model_holds_the_catalogue_and_the_shared_shapes_in_8_megabytes(words):
    assert words.characters == "".join([*references(), *SHAPES])
    assert WORDS.stat().st_size <= 8_000_000


@pytest.mark.parametrize(
    ("alternatives", "text"),
    [
        (["入", "口ロ"], "入口"),
        (["ロ口", "ーー一", "マ"], "ローマ"),
        (["工エ", "場"], "工場"),
        (["エ工", "ア"], "エア"),
        (["力カ", "メ", "ラ"], "カメラ"),
        (["ア", "ツッ", "プ"], "アップ"),
        (["タ夕", "方"], "夕方"),
        (["へヘ", "や"], "へや"),
        (["A", "4", "サ", "イ", "ズ"], "A4サイズ"),
        (["3", "月"], "3月"),
        (["2Zz", "0oO", "1Il", "9gq"], "2019"),
        (["0oO", "kK"], "ok"),
    ],
)
def test_neighbours_decide_between_lookalikes(decoder, alternatives, text):
    assert read(decoder, *alternatives).casefold() == text.casefold()


@pytest.mark.parametrize(
    ("alternatives", "text"),
    [(["cC", "o", "o", "l"], "cool"), (["wW", "a", "g", "e"], "wage"), (["xX", "R", "A", "Y"], "XRAY")],
)
def test_a_first_letter_whose_capital_has_the_same_shape_is_small_before_small_letters(decoder, alternatives, text):
    assert read(decoder, *alternatives) == text


def test_an_unknown_string_keeps_what_the_network_is_sure_of(decoder):
    assert read(decoder, "ヌ", "ロ口", "ウ", "ナ", "ロ口") == "ヌロウナロ"
    sure = [
        Span(i, i + 1, np.array([decoder.model.codes[c] for c in pair]), np.log([0.9, 0.1]))
        for i, pair in enumerate(["Xx", "qg", "Ww", "j1"])
    ]
    assert "".join(one.character for one in decoder.read(sure)) == "XqWj"


def test_the_text_around_a_line_counts_as_its_neighbours(decoder):
    assert read(decoder, "口ロ", before="入") == "口"
    assert read(decoder, "口ロ", after="ーマ") == "ロ"
    assert read(decoder, "工エ", after="場") == "工"
    assert read(decoder, "未末", before="世紀") == "末"
    assert read(decoder, "未末", before="紀世") == "未"


def test_a_reading_says_whether_its_word_is_known(decoder):
    for text, is_known in (("入口", True), ("ヌロウナロ", False)):
        readings = decoder.read(spans(*text, fitted=decoder.model))
        assert {reading.is_spelt for reading in readings} == {is_known}


@pytest.mark.parametrize(("before", "after"), [("入 ", ""), ("", "。ーマ"), ("々ー", ""), ("ッー一", "ー")])
def test_text_around_a_line_that_no_word_can_hold_is_no_obstacle(decoder, before, after):
    assert read(decoder, "山", before=before, after=after) == "山"


def test_a_break_beside_the_line_hides_what_stands_beyond_it(decoder):
    [alone], [parted] = (decoder.read(spans("口ロ", fitted=decoder.model), before) for before in ("", "入。"))
    assert alone.probabilities == parted.probabilities


@pytest.mark.parametrize(
    ("alternatives", "text"), [(["農", "一ー"], "農一"), (["ー一", "人"], "一人"), (["コ", "一ー"], "コー")]
)
def test_a_long_vowel_mark_follows_kana_only(decoder, alternatives, text):
    assert read(decoder, *alternatives) == text


def test_each_cell_has_probabilities_that_sum_to_one_and_its_word(decoder):
    first, second = decoder.read(spans("入人八", "口ロ", fitted=decoder.model))
    for one in (first, second):
        assert sum(one.probabilities.values()) == pytest.approx(1)
        assert one.probabilities[one.character] == max(one.probabilities.values())
        assert (one.word, one.is_spelt) == ("入口" if first.character == "入" else "人口", True)


def test_the_words_of_a_line_are_separated(decoder):
    found = decoder.read(spans("入", "口", "と", "出", "口", fitted=decoder.model))
    assert [one.word for one in found] == ["入口", "入口", "と", "出口", "出口"]


def test_a_line_with_a_hole_is_refused(decoder):
    first, _, last = spans("入", "口", "と", fitted=decoder.model)
    with pytest.raises(ValueError, match="don't lead"):
        decoder.read([first, last])


def beside(text: str, gap: float = 0.2, down: bool = False) -> Strokes:
    """The references of a text side by side, `gap` squares apart, or one below the other."""
    strokes, edge = [], 0.0
    for character in text:
        square = [stroke / REFERENCE_SIDE for stroke in references()[character]]
        axis = int(down)
        low, high = (edge_of(np.concatenate(square)[:, axis]) for edge_of in (np.min, np.max))
        shift = np.array([0, edge - low] if down else [edge - low, 0])
        strokes += [(stroke + shift).astype(np.float32) for stroke in square]
        edge += high - low + gap
    return strokes


@pytest.mark.parametrize("text", ["入口", "出口", "工場", "カメラ", "3月", "夕方", "人力"])
def test_cells_are_read_in_context(line_reader, text):
    cells = line_reader.read_cells([references()[character] for character in text])
    assert "".join(cell.in_context.character for cell in cells) == text


def crossed(strokes: Strokes) -> Strokes:
    """The strokes as tall as a narrow t: its reader needs to know the script."""
    return [stroke * np.array([0.55, 1], np.float32) for stroke in strokes]


def test_a_character_that_was_asked_for_is_read_by_somebody_who_expects_its_script(line_reader):
    narrow = crossed(references()["十"])
    [free] = line_reader.read_cells([narrow])
    [asked] = line_reader.read_cells([narrow], asked=Asked("十", {}))
    assert (free.in_context.character, free.alone) == ("t", "t")
    assert (asked.in_context.character, asked.alone) == ("十", "十")
    assert "t" in asked.alone_also
    [in_line] = line_reader.read_line(narrow, asked=Asked("十", {}))
    assert in_line.in_context.character == "十"


@pytest.mark.parametrize(
    ("asked", "written"), [("十", "T"), ("十", "千"), ("口", "O"), ("一", "1"), ("ー", "ノ"), ("l", "し")]
)
def test_a_wrong_character_is_found_out_by_a_reader_who_knows_the_script(line_reader, asked, written):
    [cell] = line_reader.read_cells([references()[written]], asked=Asked(asked, {}))
    assert cell.in_context.character not in (asked, *shapes(asked))


def test_a_lookalike_of_what_was_asked_for_is_read_as_that(line_reader):
    def read_as(asked: Asked) -> str:
        return "".join(cell.in_context.character for cell in line_reader.read_cells(cells, asked=asked))

    cells = [references()[character] for character in "0k"]
    assert read_as(Asked("Ok", {})) == "0k"
    assert read_as(Asked("Ok", default_groups())) == "Ok"


def test_a_word_does_not_turn_a_wrong_character_into_the_one_that_was_asked_for(line_reader):
    cells = line_reader.read_cells([references()[character] for character in "食べろ"], asked=Asked("食べる", {}))
    assert "".join(cell.in_context.character for cell in cells) == "食べろ"


def test_a_line_of_another_length_than_was_asked_for_is_read_as_it_is(line_reader):
    narrow = crossed(references()["十"])
    [free] = line_reader.read_cells([narrow])
    [other] = line_reader.read_cells([narrow], asked=Asked("十十", {}))
    assert other.in_context == free.in_context


def test_shared_shapes_are_read_as_the_word_needs_them(line_reader):
    def shape(character: str) -> Strokes:
        return references()[SHAPES.get(character, character)[0]]

    for text in ("コーヒー", "チケット", "ニュース", "ファイル"):
        cells = line_reader.read_cells([shape(character) for character in text])
        assert "".join(cell.in_context.character for cell in cells) == text
        assert [cell.alone for cell in cells] != list(text)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("text", ["明日", "川口", "山川", "仏教", "いろは"])
def test_a_free_line_is_split_with_the_reading(line_reader, text, down):
    cells = line_reader.read_line(beside(text, down=down))
    assert "".join(cell.in_context.character for cell in cells) == text


@pytest.mark.parametrize("text", ["林", "川", "い"])
def test_one_character_in_several_pieces_is_one(line_reader, text):
    assert [cell.in_context.character for cell in line_reader.read_line(beside(text))] == [text]


def test_the_order_of_strokes_in_time_does_not_matter(line_reader):
    strokes = beside("川口")
    cells = line_reader.read_line(strokes[::-1])
    assert "".join(cell.in_context.character for cell in cells) == "川口"


@pytest.mark.parametrize(("scale", "text"), [(0.5, "きって"), (1.0, "つる")])
def test_the_size_of_a_kana_in_a_line_tells_whether_it_is_small(line_reader, scale, text):
    large = [SMALL.get(character, character) for character in text]
    edge, strokes = 0.0, []
    for character, drawn_as in zip(text, large, strict=True):
        own = scale if character in SMALL else 1.0
        square = [stroke / REFERENCE_SIDE * own for stroke in references()[drawn_as]]
        low, high = (edge_of(np.concatenate(square)[:, 0]) for edge_of in (np.min, np.max))
        strokes += [stroke + np.array([edge - low, 0.9 - own], np.float32) for stroke in square]
        edge += high - low + 0.2
    assert "".join(cell.in_context.character for cell in line_reader.read_line(strokes)) == text


def text_of(cells) -> str:
    return "".join(cell.in_context.character for cell in cells)


@pytest.mark.parametrize("text", ["Crow", "crow", "Soft", "soft", "Previews", "previews", "WOOL", "Xx", "xX"])
def test_the_heights_of_letters_in_a_line_tell_capitals_from_small_letters(line_reader, text):
    strokes = beside(text, gap=0.08)
    cells = line_reader.read_line(strokes)
    assert text_of(cells) == text
    assert sum(len(cell.strokes) for cell in cells) == len(strokes)


def test_a_height_that_decides_is_what_decided(line_reader):
    decided = [cell.decided(default_groups()) for cell in line_reader.read_line(beside("Soft", gap=0.08))]
    assert decided[0] == "size"
    assert "size" not in decided[1:]
    assert line_reader.read_line(beside("soft", gap=0.08))[0].decided(default_groups()) == "word"


def test_no_heights_show_in_cells_and_in_a_line_downwards(line_reader):
    assert text_of(line_reader.read_cells([references()[character] for character in "Vow"])) == "vow"
    assert text_of(line_reader.read_line(beside("Vow", down=True))) == "vow"


def suits(
    heights: Heights, words: WordModel, tops: dict[str, float], candidates: str, bottom: float = 0.85
) -> list[float]:
    """How well each of `candidates` suits the last of these letters, all of which stand on one line, at `bottom`."""
    read = np.array([words.codes[letter] for letter in tops])
    codes = [np.array([words.codes[c] for c in candidates])] * len(read)
    written = np.array([(top, bottom) for top in tops.values()])
    return heights.log(written, read, np.ones(len(read)), codes)[-1].tolist()


@pytest.mark.parametrize(("top", "small", "capital"), [(0.32, 0, -4), (0.14, -4, 0), (0, -4, 0)])
def test_a_height_counts_against_what_is_of_another_height_but_never_more_than_a_limit(words, top, small, capital):
    others = {"h": 0.14, "r": 0.32, "l": 0.14, "e": 0.32, "d": 0.14, "n": 0.32, "k": 0.14, "a": 0.32}
    assert suits(Heights(words.characters), words, others | {"c": top}, "cC口") == [small, capital, 0]


def test_heights_decide_nothing_where_all_letters_are_of_one_height_or_none_other_has_one(words):
    heights = Heights(words.characters)
    assert suits(heights, words, {"h": 0.2, "r": 0.2, "l": 0.2, "e": 0.2, "c": 0.2}, "cC") == pytest.approx(
        [0, 0], abs=0.1
    )
    assert suits(heights, words, {"口": 0.2, "c": 0.2}, "cC") == [0, 0]
    assert suits(heights, words, {"l": 0, "c": 0}, "cC", bottom=0) == [0, 0]  # level strokes


@pytest.mark.parametrize(
    ("one", "other", "has_size", "is_alike"),
    [("ツ", "ッ", False, True), ("ツ", "ッ", True, False), ("口", "ロ", True, True), ("口", "日", False, False)],
)
def test_what_shares_a_shape_is_alike_where_no_size_shows(one, other, has_size, is_alike):
    asked = Asked(other, {"口": 1, "ロ": 1}, has_size=has_size)
    assert asked.is_alike(one, other) is asked.is_alike(other, one) is is_alike


def test_the_strokes_of_a_piece_stay_in_the_order_of_writing():
    right, left = (np.array([[x, 0], [x + 10, 10]], np.float32) for x in (3, 0))
    [whole] = parts([right, left])
    assert [stroke[0, 0] for stroke in whole.strokes] == [3, 0]


def test_overlapping_strokes_are_one_piece_and_neighbours_may_be_one_character():
    found = parts(beside("川"))
    assert [(part.start, part.end) for part in found] == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert [len(part.strokes) for part in parts(beside("田"))] == [5]


def test_a_dot_alone_is_a_line():
    [only] = parts([np.zeros((1, 2), np.float32)])
    assert np.isfinite([only.log, only.size]).all()


def test_a_bundle_without_words_reads_with_the_shipped_ones_and_damaged_words_are_refused(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "bundle")
    (folder / "words.npz").unlink()
    assert reader.LineReader.load(folder).read_cells([references()["山"]])[0].in_context.character == "山"
    (folder / "words.npz").write_bytes(WORDS.read_bytes()[:1000])
    with pytest.raises(BundleError, match="words"):
        reader.LineReader.load(folder)


def written(strokes: Strokes) -> list:
    return [[[float(x), float(y), 0] for x, y in stroke] for stroke in strokes]


@pytest.fixture
def drawn(tmp_path):
    """A file of drawings of 入 and 口 by a writer who is held out, and of 人 by one who was trained on."""
    rows = [("入", "kanjicanvas"), ("口", "kanjicanvas"), ("人", "chars74k/other")]
    with gzip.open(tmp_path / "ink.jsonl.gz", "wt", encoding="utf-8") as file:
        for character, source in rows:
            strokes = written(references()[character])
            file.write(json.dumps({"character": character, "writer": "w", "source": source, "strokes": strokes}) + "\n")
    return tmp_path / "ink.jsonl.gz"


def run(monkeypatch, module: str, *arguments: object) -> None:
    from importlib import import_module

    monkeypatch.setattr(sys, "argv", [module, *map(str, arguments)])
    import_module(module).main()


def rows(path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_words_are_put_together_from_the_drawings_of_writers_left_out(tmp_path, drawn, monkeypatch):
    (tmp_path / "words.txt").write_text("入口\n人口\n口\n", "utf-8")
    arguments = ["--words", tmp_path / "words.txt", "--ink", drawn, "--held-out", 0]
    run(monkeypatch, "ml.assemble_words", *arguments, "--out", tmp_path / "cells.jsonl.gz")
    cells = rows(tmp_path / "cells.jsonl.gz")
    assert sorted(row["text"] for row in cells) == ["入口", "口"]
    assert [len(row["cells"]) for row in cells] == [len(row["text"]) for row in cells]
    run(monkeypatch, "ml.assemble_words", *arguments, "--lines", "--out", tmp_path / "lines.jsonl.gz")
    [line] = [row["line"] for row in rows(tmp_path / "lines.jsonl.gz") if row["text"] == "入口"]
    left, right = (np.concatenate([np.array(stroke) for stroke in part])[:, 0] for part in (line[:2], line[2:]))
    assert len(line) == 5
    assert left.max() < right.min()


def test_random_strings_are_of_catalogue_characters(tmp_path, drawn, monkeypatch):
    run(monkeypatch, "ml.assemble_words", "--ink", drawn, "--held-out", 0, "--most", 20, "--out", tmp_path / "o.gz")
    texts = [row["text"] for row in rows(tmp_path / "o.gz")]
    assert len(texts) == 20
    assert set("".join(texts)) <= set("入口")


def test_the_evaluation_reports_every_figure(tmp_path, monkeypatch):
    lines = [
        {"text": "入口", "cells": [written(references()[c]) for c in "入口"]},
        {"text": "出ロ", "cells": [written(references()[c]) for c in "出ロ"]},  # its context says 出口
        {"text": "川口", "line": written(beside("川口"))},
        {"text": "山川口", "line": written(beside("川口"))},  # one character less than the text has
    ]
    with gzip.open(tmp_path / "words.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    run(monkeypatch, "ml.evaluate_words", "--words", tmp_path / "words.jsonl.gz", "--json", tmp_path / "out.json")
    figures = json.loads((tmp_path / "out.json").read_text())
    assert (figures["n"], figures["characters"]) == (4, 9)
    assert figures["strict_context"] == pytest.approx(5 / 9)
    assert figures["words_exact_context"] == 0.5
    assert figures["lookalikes_context"] == pytest.approx(2 / 4)
    assert figures["segmentation_exact"] == 0.5
    assert 0 <= figures["ece_context"] <= 1
    assert figures["ms_per_character"] > 0
    assert {"strict_alone", "words_exact_alone", "lookalikes_alone"} <= figures.keys()


def test_figures_without_lines_or_lookalikes_are_null(tmp_path, monkeypatch, capsys):
    with gzip.open(tmp_path / "words.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "山", "cells": [written(references()["山"])]}) + "\n")
    run(monkeypatch, "ml.evaluate_words", "--words", tmp_path / "words.jsonl.gz")
    figures = json.loads(capsys.readouterr().out)
    assert figures["segmentation_exact"] is None
    assert figures["lookalikes_context"] is None
    assert figures["strict_context"] == 1


def taken(text: str, condition: str, *, down: bool = False) -> bytes:
    """A PNG of `text` written in a line."""
    rng = np.random.default_rng(1)
    cells = [augment(shape(references()[shapes(c)[0]]), 0.2, rng) for c in text]
    strokes = assemble_words.line(text, cells, rng, in_squares=condition == "squares")
    picture = photograph(text, CONDITIONS[condition], rng, side=1200, strokes=strokes).image
    return png(picture)


@pytest.mark.parametrize("condition", ["plain", "pencil", "ruled", "squares", "shadow"])
@pytest.mark.parametrize("text", ["入口", "明日", "カメラ", "食べる"])
def test_a_photographed_line_is_read(line_reader, text, condition):
    ink = photo.read(taken(text, condition), is_line=True)
    assert "".join(cell.in_context.character for cell in line_reader.read_photo(ink)) == text


def test_a_photographed_page_of_text_is_refused(line_reader):
    page = photo.read(png(np.asarray(line_of("永" * 60, 10))), is_line=True)
    with pytest.raises(WritingError, match="more than one line") as refused:
        line_reader.read_photo(page)
    assert refused.value.code == "not_a_line"
