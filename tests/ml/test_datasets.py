import gzip
import struct

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from ml.datasets import emnist, etl, files, images, ink, tomoe, unipen
from ml.datasets.__main__ import main
from ml.datasets.sample import DatasetError
from ml.synthesis import shape

RNG = np.random.default_rng(0)


def packed(*fields: tuple[int, int]) -> bytes:
    """The (value, bits) of `fields`, concatenated."""
    bits = "".join(format(value, f"0{width}b") for value, width in fields)
    return int(bits, 2).to_bytes(len(bits) // 8)


def packed_image(image, bits: int) -> bytes:
    return packed(*((int(value), bits) for value in image.ravel()))


def m_type(code: int, image) -> bytes:
    """Bytes 1-32 of form_m: data number, name, sheet, JIS, EBCDIC, and attributes of image, writer and sheet."""
    head = struct.pack(">H2sH6BI4H4B2H", 1, b"A ", 7, code, 0xC1, 0, 0, 1, 30, 1, 0, 0, 7309, 7310, 1, 1, 0, 255, 0, 0)
    return head + packed_image(image, 4) + b"\x01\x02\x03\x04"


def k_type(code: tuple[int, int], image) -> bytes:
    """Characters of 6 bits of form_k: 1-6 serial, 7 style, 8-28, 29-30 CO-59, 31-60, 61-3660 image."""
    return packed((123, 36), (17, 6), *[(16, 6)] * 21, (code[0], 6), (code[1], 6), *[(5, 6)] * 30) + packed_image(
        image, 6
    )


def c_type(code: int, image) -> bytes:
    """Words of 36 bits of form_c: serial, sheet, JIS in the left 8 bits, EBCDIC, name, …, the image's size, …"""
    words = [1, 5001, code << 28, 0x81 << 28, 7, *[0] * 10, image.shape[1], image.shape[0], 16, 133, 0, *[9] * 28]
    return packed(*((word, 36) for word in words)) + packed_image(image, 4)


def b_type(tail: int):
    def record(code: int, image) -> bytes:
        return struct.pack(">HH4s", 1, code, b"AI.M") + packed_image(image, 1) + b"\xff" * tail

    return record


def g_type(unused: int, tail: int):
    def record(code: int, image) -> bytes:
        head = struct.pack(">HH8sI4B4H2B", 1, code, b"AI.MEDER", 1, 0, 0, 1, 30, 0, 0, 8008, 8009, 1, 1)
        return head + b"\xff" * unused + packed_image(image, 4) + b"\xff" * tail

    return record


#: File, layout, (height, width), bits, length of a record, code, character.
SETS = [
    ("ETL1C_01", m_type, (63, 64), 4, 2052, 0xB1, "ア"),
    ("ETL2_1", k_type, (60, 60), 6, 2745, (40, 14), "季"),
    ("ETL3C_1", c_type, (76, 72), 4, 2952, 0x41, "A"),
    ("ETL4C", c_type, (76, 72), 4, 2952, 0xB1, "あ"),
    ("ETL5C", c_type, (76, 72), 4, 2952, 0xB1, "ア"),
    ("ETL6C_12", m_type, (63, 64), 4, 2052, 0x5C, "¥"),
    ("ETL7LC_1", m_type, (63, 64), 4, 2052, 0xDD, "ん"),
    ("ETL8B2C1", b_type(0), (63, 64), 1, 512, 0x3021, "亜"),
    ("ETL8G_33", g_type(30, 11), (127, 128), 4, 8199, 0x2422, "あ"),
    ("ETL9B_5", b_type(64), (63, 64), 1, 576, 0x4F53, "腕"),
    ("ETL9G_01", g_type(34, 7), (127, 128), 4, 8199, 0x3441, "漢"),
]


def values(size: tuple[int, int], bits: int):
    return RNG.integers(0, 2**bits, size)


def etl_file(folder, name: str, codes: list, image=None):
    """A file of one record per code, after the heading that the B sets have."""
    _, layout, size, bits, length, *_ = next(row for row in SETS if row[0] == name)
    records = [layout(code, values(size, bits) if image is None else image) for code in codes]
    path = folder / name
    path.write_bytes((b"\0" * length if "B" in name else b"") + b"".join(records))
    return path


@pytest.mark.parametrize(("name", "layout", "size", "bits", "length", "code", "character"), SETS)
def test_an_etl_record_reads_as_its_character_and_image(tmp_path, name, layout, size, bits, length, code, character):
    image = values(size, bits)
    assert len(layout(code, image)) == length
    (sample,) = etl.read(etl_file(tmp_path, name, [code], image))
    assert sample.character == character
    assert sample.image.dtype == np.uint8
    assert np.array_equal(sample.image, image * 255 // (2**bits - 1))
    assert sample.source == name.lower().removesuffix("2c1").split("_")[0].rstrip("lc")


@pytest.mark.parametrize(
    ("code", "katakana", "hiragana"),
    [
        (0xA6, "ヲ", "を"),
        (0xA8, "ヰ", "ゐ"),
        (0xAA, "ヱ", "ゑ"),
        (0xC5, "ナ", "な"),
        (0xDE, "゛", "゛"),
        (0xDF, "゜", "゜"),
    ],
)
def test_one_byte_kana_are_read_in_full_width_and_in_the_script_of_their_set(tmp_path, code, katakana, hiragana):
    assert [sample.character for sample in etl.read(etl_file(tmp_path, "ETL5C", [code]))] == [katakana]
    assert [sample.character for sample in etl.read(etl_file(tmp_path, "ETL4C", [code]))] == [hiragana]


def test_co_59_gives_no_character_two_codes():
    halves = [*range(4, 28), *range(36, 60)]
    codes = [packed((first, 6), (second, 6), (0, 4)) for first in halves for second in halves]
    characters = [character for character in map(etl.co_59, codes) if character]
    assert len(characters) == len(set(characters)) == 48 * 48 - 125


@pytest.mark.parametrize(
    ("code", "character"),
    [
        ((4, 4), "上"),
        ((6, 18), "減"),
        ((4, 39), "滅"),
        ((5, 12), "あ"),
        ((37, 12), "ア"),
        ((9, 50), "B"),
        ((51, 44), "9"),
    ],
)
def test_co_59_agrees_with_the_chart(code, character):
    assert etl.co_59(packed((code[0], 6), (code[1], 6), (0, 4))) == character


def test_a_code_without_a_character_is_read_as_unknown(tmp_path):
    path = etl_file(tmp_path, "ETL9G_01", [0x2422, 0x2921, 0x2424])
    assert [sample.character for sample in etl.read(path)] == ["あ", None, "い"]
    assert [sample.character for sample in etl.read(etl_file(tmp_path, "ETL2_1", [(15, 17)]))] == [None]


@pytest.mark.parametrize("name", ["ETL1C_01", "ETL2_1", "ETL4C", "ETL9G_01"])
def test_the_error_names_a_record_that_is_cut_short(tmp_path, name):
    code = next(row[5] for row in SETS if row[0] == name)
    path = etl_file(tmp_path, name, [code] * 3)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DatasetError, match=rf"{name}, record 3: \d+ of \d+ bytes"):
        list(etl.read(path))


@pytest.mark.parametrize(
    ("name", "code"), [("ETL1C_01", 0x90), ("ETL8G_33", 0x8140), ("ETL9B_5", 0), ("ETL2_1", (1, 30))]
)
def test_the_error_names_a_record_with_an_invalid_code(tmp_path, name, code):
    good = next(row[5] for row in SETS if row[0] == name)
    record = 3 if "B" in name else 2  # after the heading
    with pytest.raises(DatasetError, match=rf"{name}, record {record}: .* is no code of"):
        list(etl.read(etl_file(tmp_path, name, [good, code])))


def test_a_record_that_states_another_size_is_unknown_and_the_file_goes_on(tmp_path):
    path = etl_file(tmp_path, "ETL5C", [0xB1], values((72, 76), 4))
    odd = path.read_bytes()
    path.write_bytes(odd + etl_file(tmp_path, "ETL5C", [0xB1]).read_bytes())
    assert [sample.character for sample in etl.read(path)] == [None, "ア"]


@pytest.mark.parametrize(("name", "models"), [("ETL8G_33", [True, True]), ("ETL8G_32", [False, False])])
def test_model_patterns_are_distinguished_from_volunteers_writing(tmp_path, name, models):
    path = etl_file(tmp_path, "ETL8G_33", [0x2422, 0x2424]).rename(tmp_path / name)
    assert [sample.is_model for sample in etl.read(path)] == models


def test_the_extra_part_of_etl8b2c3_is_model_patterns(tmp_path, monkeypatch):
    monkeypatch.setitem(etl._BY_VOLUNTEERS, "ETL8B2C3", 2)
    path = etl_file(tmp_path, "ETL8B2C1", [0x3021, 0x3022, 0x3023]).rename(tmp_path / "ETL8B2C3")
    assert [sample.is_model for sample in etl.read(path)] == [False, False, True]


def test_the_table_counts_model_patterns(tmp_path, capsys):
    assert "2 of them model patterns" in run(capsys, etl_file(tmp_path, "ETL8G_33", [0x2422, 0x2424]))


STAND_INS = [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer"),
    (b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
    (b"<HTML><head></head></HTML>", "HTML page"),
]


@pytest.mark.parametrize(("data", "kind"), STAND_INS)
@pytest.mark.parametrize(
    "name",
    ["ETL1C_01", "emnist-byclass-train-images-idx3-ubyte", "emnist-byclass.mat", "a.tdic", "a.xml", "a.dat", "a.npz"],
)
def test_a_stand_in_for_a_data_file_is_named_as_such(tmp_path, name, data, kind):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DatasetError, match=f"{name} is an? {kind}"):
        list(files.read(tmp_path / name))


@pytest.mark.parametrize(("data", "kind"), STAND_INS)
def test_a_stand_in_is_named_by_readers_that_are_called_directly(tmp_path, data, kind):
    path = tmp_path / "all.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=kind):
        list(ink.read(path))


#: An upright L: a bar on the left, and its foot to the right.
L_SHAPED = np.zeros((28, 28), np.uint8)
L_SHAPED[4:24, 6:9] = 250
L_SHAPED[21:24, 6:20] = 200
BY_CLASS = "".join(
    f"{label} {ord(character)}\n" for label, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab")
)


def idx_files(folder, labels: list[int], mapping: str = BY_CLASS, split: str = "byclass", end: str = ""):
    """Write the images, the labels and the mapping of an IDX set; return the path of the images."""
    writer = gzip.compress if end else bytes
    stored = L_SHAPED.T.tobytes() * len(labels)
    path = folder / f"emnist-{split}-train-images-idx3-ubyte{end}"
    path.write_bytes(writer(struct.pack(">4I", 0x803, len(labels), 28, 28) + stored))
    beside = folder / f"emnist-{split}-train-labels-idx1-ubyte{end}"
    beside.write_bytes(writer(struct.pack(">2I", 0x801, len(labels)) + bytes(labels)))
    (folder / f"emnist-{split}-mapping.txt").write_text(mapping)
    return path


@pytest.mark.parametrize("end", ["", ".gz"])
def test_emnists_idx_images_are_read_upright(tmp_path, end):
    samples = list(emnist.read(idx_files(tmp_path, [21, 37, 5], end=end)))
    assert [sample.character for sample in samples] == ["L", "b", "5"]
    assert all(np.array_equal(sample.image, L_SHAPED) for sample in samples)
    assert samples[0].source == "emnist-byclass"


def test_emnists_matlab_images_are_read_upright(tmp_path):
    def part(labels):
        stored = np.stack([L_SHAPED.ravel(order="F")] * len(labels))
        return {"images": stored, "labels": np.array([labels], np.uint8).T, "writers": np.ones((len(labels), 1))}

    mapping = np.array([[int(word) for word in line.split()] for line in BY_CLASS.splitlines()], float)
    path = tmp_path / "emnist-byclass.mat"
    savemat(path, {"dataset": {"train": part([21, 37]), "test": part([5]), "mapping": mapping}}, do_compression=True)
    samples = list(emnist.read(path))
    assert [sample.character for sample in samples] == ["L", "b", "5"]
    assert all(np.array_equal(sample.image, L_SHAPED) for sample in samples)


def test_a_split_that_merges_capitals_and_small_letters_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="take emnist-byclass"):
        list(emnist.read(idx_files(tmp_path, [1], "1 65 97\n", "letters")))


def test_different_numbers_of_images_and_labels_are_refused(tmp_path):
    path = idx_files(tmp_path, [1, 2])
    labels = tmp_path / "emnist-byclass-train-labels-idx1-ubyte"
    labels.write_bytes(struct.pack(">2I", 0x801, 1) + b"\1")
    with pytest.raises(DatasetError, match="2 images, but there are 1 labels"):
        list(emnist.read(path))


@pytest.mark.parametrize(
    ("end", "complaint"), [("", "image 3: 774 of 784 bytes"), (".gz", "images-idx3-ubyte.gz or its labels are damaged")]
)
def test_the_error_names_an_emnist_image_that_is_cut_short(tmp_path, end, complaint):
    path = idx_files(tmp_path, [1, 2, 3], end=end)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DatasetError, match=complaint):
        list(emnist.read(path))


@pytest.mark.parametrize("name", ["emnist-byclass-mapping.txt", "emnist-byclass-train-labels-idx1-ubyte"])
def test_emnist_images_need_their_labels_and_mapping(tmp_path, name):
    path = idx_files(tmp_path, [1])
    (tmp_path / name).unlink()
    with pytest.raises(DatasetError, match=f"needs {name} beside it"):
        list(emnist.read(path))


def test_a_damaged_matlab_file_is_refused(tmp_path):
    path = tmp_path / "emnist-byclass.mat"
    path.write_bytes(b"MATLAB 5.0 MAT-file" + b" " * 200)
    with pytest.raises(DatasetError, match=r"emnist-byclass\.mat isn't one of EMNIST's MATLAB files"):
        list(emnist.read(path))


UNIPEN = r""".VERSION 1.0
.DATA_SOURCE ABC
.COORD X Y T
.X_POINTS_PER_INCH 100
.Y_POINTS_PER_INCH 200
.COMMENT a free text
  .SEGMENT CHARACTER 0 OK "z" which says nothing here
.WRITER_ID Alice
.SEGMENT WORD 0-5 OK "at"
.SEGMENT CHARACTER 0 OK "a"
.SEGMENT CHARACTER 1-2,4:1-4:2 ? "\""
.SEGMENT CHARACTER 4 BAD "b"
.SEGMENT CHARACTER 4 OK "ch"
.START_SET one
.PEN_DOWN
0 0 0
10 20 5
.PEN_UP
11 22 6
.PEN_DOWN 5 5 7
.PEN_UP
.PEN_DOWN
.PEN_UP
6 6 8
.PEN_DOWN
0 0 9
1 1 10
2 2 11
3 3 12
.START_SET two
.SEGMENT CHARACTER ? GOOD "7"
.PEN_DOWN
1 1 0
1 9 1
.SEGMENT CHARACTER
"""


def test_unipen_segments_are_the_pen_down_movements_that_they_name(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text(UNIPEN)
    drawings = list(unipen.read(path))
    assert [drawing.character for drawing in drawings] == ["a", '"', "7"]
    assert [drawing.source for drawing in drawings] == ["unipen/lower", "unipen/other", "unipen/digit"]
    assert {drawing.writer for drawing in drawings} == {"unipen-abc-alice"}
    letter, quote, seven = [[stroke.tolist() for stroke in drawing.strokes] for drawing in drawings]
    assert letter == [[[0, 0], [20, -20]]]  # y grows downwards; twice as many points an inch in y as in x
    assert quote == [[[10, -5]], [[2, -1], [4, -2]]]
    assert seven == [[[2, -1], [2, -9]]]


def test_unipen_movements_may_be_in_an_included_file(tmp_path):
    data, include = tmp_path / "data" / "1a" / "abc", tmp_path / "include" / "abc"
    data.mkdir(parents=True)
    include.mkdir(parents=True)
    (data / "w.dat").write_text('.INCLUDE abc/w.dat\n.SEGMENT CHARACTER 1 ? "4"\n')
    (include / "w.dat").write_text(".COORD X Y\n.PEN_DOWN\n0 0\n1 1\n.PEN_DOWN\n2 2\n3 3\n")
    (drawing,) = unipen.read(data / "w.dat")
    assert drawing.character == "4"
    assert drawing.strokes[0].tolist() == [[2, -2], [3, -3]]
    (include / "w.dat").unlink()
    with pytest.raises(DatasetError, match=r"w\.dat: abc/w\.dat, which it includes, is neither"):
        list(unipen.read(data / "w.dat"))


@pytest.mark.parametrize(
    ("movements", "complaint"),
    [
        (".PEN_DOWN\n1 1\n", "a segment reaches to movement 1, but there are 1"),
        (".PEN_DOWN\n1 1 2\n", "a movement has 3 numbers, which are no points of X Y"),
        (".PEN_DOWN\n1 x\n", r"w\.dat"),
    ],
)
def test_the_error_names_a_damaged_unipen_file(tmp_path, movements, complaint):
    path = tmp_path / "w.dat"
    path.write_text('.COORD X Y\n.SEGMENT CHARACTER 0-1 ? "4"\n' + movements)
    with pytest.raises(DatasetError, match=complaint):
        list(unipen.read(path))


TDIC = "い\n:2\n4 (56 63) (43 213) (67 259) (94 243) \n3 (213 66) (231 171) (208 217)\n\n旧「い」\n:1\n2 (1 2) (3 4)\n"
XML = """<?xml version="1.0" standalone="no"?>
<!DOCTYPE dictionary SYSTEM "dict.dtd">
<dictionary name="Tomoe">
  <character><utf8>&#x3042;</utf8></character>
  <character><utf8>い</utf8><number-of-strokes>2</number-of-strokes><strokes>
    <stroke><point x="56" y="63"/><point x="43" y="213"/><point x="67" y="259"/><point x="94" y="243"/></stroke>
    <stroke><point x="213" y="66"/><point x="231" y="171"/><point x="208" y="217"/></stroke>
  </strokes></character>
</dictionary>
"""


@pytest.mark.parametrize(("name", "text"), [("all.tdic", TDIC), ("handwriting.xml", XML)])
def test_both_formats_of_a_tomoe_dictionary_are_read(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (drawing,) = tomoe.read(path)
    assert (drawing.character, drawing.writer, drawing.source) == ("い", "tomoe-1", "tomoe")
    assert [stroke.tolist() for stroke in drawing.strokes] == [
        [[56, 63], [43, 213], [67, 259], [94, 243]],
        [[213, 66], [231, 171], [208, 217]],
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("all.tdic", TDIC[:40], r"all\.tdic, line 1: the entry い"),
        ("all.tdic", TDIC.replace("(1 2)", "(1 )"), r"all\.tdic, line 6"),
        ("all.tdic", "あ\n", r"all\.tdic, line 1"),
        ("t.xml", XML[:400], r"t\.xml isn't well-formed XML"),
        ("t.xml", XML.replace('y="63"', ""), r"t\.xml: a point of い has no x and y"),
    ],
)
def test_the_error_names_a_damaged_tomoe_dictionary_and_the_entry(tmp_path, name, text, complaint):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=complaint):
        list(tomoe.read(path))


def cross(size: tuple[int, int], bits: int):
    image = np.zeros(size, int)
    image[10:-10, size[1] // 2 - 3 : size[1] // 2 + 3] = 2**bits - 1
    image[size[0] // 2 - 3 : size[0] // 2 + 3, 10:-10] = 2**bits - 1
    return image


def test_an_image_is_thinned_to_its_middle_lines_without_specks():
    image = (cross((63, 64), 1) * 200).astype(np.uint8)
    image[2, 2] = image[60, 3] = 255
    lines = images.strokes(image)
    assert len([line for line in lines if len(line) > 15]) == 4
    assert np.ptp(np.concatenate(lines), axis=0).max() > 0.8 * 43  # pixels, the cross's height
    assert images.strokes(np.full((63, 64), 40, np.uint8)) == []


def test_strokes_by_character_stop_at_the_limit_and_become_shapes(tmp_path):
    paths = [
        etl_file(tmp_path, "ETL1C_01", [0xB1, 0xB1, 0xB2], cross((63, 64), 4)),
        etl_file(tmp_path, "ETL9B_5", [0x2531], cross((63, 64), 1)),  # ケ, not requested
        etl_file(tmp_path, "ETL5C", [0xB1, 0xB3], cross((76, 72), 4)),
    ]
    found = images.strokes_by_character(paths, "アイウ木", 2)
    assert {character: len(examples) for character, examples in found.items()} == {"ア": 2, "イ": 1, "ウ": 1, "木": 0}
    assert shape(found["ウ"][0]).shape[2] == 2


def run(capsys, *words) -> str:
    main([str(word) for word in words])
    return capsys.readouterr().out


def test_the_table_counts_the_examples_of_each_character(tmp_path, capsys):
    path = etl_file(tmp_path, "ETL8G_33", [0x2422, 0x2422, 0x2424, 0x2921]).rename(tmp_path / "ETL8G_32")
    table = run(capsys, path, tmp_path / "ETL8INFO").splitlines()
    assert len(table) == 2
    assert table[1].split() == ["ETL8G_32", "3", "2", "1", "あ", "2", "い", "1"]


def test_images_are_written_to_a_folder_for_each_code_point(tmp_path, capsys):
    image = cross((127, 128), 4)
    path = etl_file(tmp_path, "ETL9G_01", [0x2422, 0x2424, 0x2422, 0x2422], image)
    run(capsys, path, "--png", tmp_path / "out", "--limit", 2)
    written = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.png"))
    assert written == ["U+3042/etl9g-000001.png", "U+3042/etl9g-000003.png", "U+3044/etl9g-000002.png"]
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / written[0])), image * 17)


def test_ink_is_written_in_the_format_that_training_reads(tmp_path, capsys):
    dictionary, segments = tmp_path / "all.tdic", tmp_path / "a.dat"
    dictionary.write_text(TDIC, encoding="utf-8")
    segments.write_text(UNIPEN)
    run(capsys, dictionary, segments, "--ink", tmp_path / "out.jsonl.gz")
    drawings = list(ink.read(tmp_path / "out.jsonl.gz"))
    assert [(drawing.character, drawing.writer) for drawing in drawings] == [
        ("い", "tomoe-1"),
        *((character, "unipen-abc-alice") for character in 'a"7'),
    ]
    assert drawings[0].strokes[1].tolist() == [[213, 66], [231, 171], [208, 217]]


def test_an_error_exits_with_a_sentence(tmp_path, capsys):
    dictionary, image, other = tmp_path / "all.tdic", etl_file(tmp_path, "ETL5C", [0xB1]), tmp_path / "notes.txt"
    dictionary.write_text(TDIC, encoding="utf-8")
    other.write_text("no dataset")
    for words, sentence in [
        ([other], "notes.txt is no file of ETL or EMNIST"),
        ([tmp_path / "missing"], "missing: No such file or directory."),
        ([tmp_path], "Is a directory."),
        ([dictionary, "--png", tmp_path / "out"], "hold ink, not images"),
        ([image, "--ink", tmp_path / "out.jsonl.gz"], "hold images, not ink"),
    ]:
        with pytest.raises(SystemExit) as ended:
            run(capsys, *words)
        assert sentence in str(ended.value.code)
        assert "\n" not in str(ended.value.code)
