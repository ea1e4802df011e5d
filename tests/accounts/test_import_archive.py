"""The zip file of an import: its limits, and how its files are read."""

import io
import json
import struct
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipExtFile, ZipFile

import pytest

from accounts.transfer.importing import archive
from accounts.transfer.importing.archive import Rejected, chunk, count_attempts, next_line, open_archive, rows
from tests.support.exports import attempt_row, zipped

MEGABYTE = 1024 * 1024


def opened(data: bytes) -> ZipFile:
    return open_archive(io.BytesIO(data))


def packed(files: dict[str, bytes], compression: int = ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
        made.comment = comment
    return buffer.getvalue()


def rejection(do: Any, *arguments: Any) -> tuple[str, str]:
    """Code and message with which the file is rejected."""
    with pytest.raises(Rejected) as caught:
        do(*arguments)
    return caught.value.code, str(caught.value)


def damaged(data: bytes, within: bytes) -> bytes:
    """`data` with one wrong byte in the middle of `within`."""
    broken, place = bytearray(data), data.index(within) + len(within) // 2
    broken[place] ^= 0xFF
    return bytes(broken)


def test_a_zip_file_is_opened():
    assert opened(packed({"a": b"1", "b": b"2"})).namelist() == ["a", "b"]


@pytest.mark.parametrize(
    ("before", "comment"), [(b"", b"c" * 0xFFFF), (b"x" * 70_000, b""), (b"x" * 30, b"c" * 0xFFFF)]
)
def test_a_zip_file_may_have_a_comment_and_data_before_it(before, comment):
    assert opened(before + packed({"a": b"1"}, comment=comment)).read("a") == b"1"


def test_a_large_zip_file_is_searched_at_its_end_only():
    data = packed({"a": bytes(200_000)}, comment=b"c" * 0xFFFF)
    file = io.BytesIO(data)
    sizes = []
    read = file.read
    file.read = lambda *count: sizes.append(len(found := read(*count))) or found  # type: ignore[func-returns-value, method-assign]
    archive._check_directory(file)
    assert sizes == [0xFFFF + 22 + 20, len(b"a") + 46]


def test_the_size_of_a_zip_file_is_limited(monkeypatch):
    data = packed({"a": bytes(1000)})
    monkeypatch.setattr(archive, "MAX_BYTES", len(data))
    opened(data)
    monkeypatch.setattr(archive, "MAX_BYTES", len(data) - 1)
    assert rejection(opened, data) == ("too_large", "An export has at most 0 MB.")


def test_the_message_names_the_limit_in_megabytes():
    class Huge(io.BytesIO):
        def tell(self) -> int:
            return 500 * MEGABYTE + 1

    assert rejection(open_archive, Huge()) == ("too_large", "An export has at most 500 MB.")


def test_the_size_of_the_unpacked_files_is_limited(monkeypatch):
    data = packed({"a": bytes(600), "b": bytes(400)}, ZIP_DEFLATED)
    monkeypatch.setattr(archive, "_MAX_UNPACKED", 1000)
    opened(data)
    monkeypatch.setattr(archive, "_MAX_UNPACKED", 999)
    assert rejection(opened, data)[0] == "too_large"
    monkeypatch.setattr(archive, "_MAX_UNPACKED", 0)
    assert opened(packed({})).namelist() == []


def test_the_message_names_the_limit_in_gigabytes(monkeypatch):
    data = packed({"a": b"1"})
    place = data.index(b"PK\1\2") + 24  # the unpacked size in the directory
    data = data[:place] + struct.pack("<L", 0xFFFF_FFFE) + data[place + 4 :]
    monkeypatch.setattr(archive, "_MAX_UNPACKED", 2 * 1024**3)
    assert rejection(opened, data) == ("too_large", "An export has at most 2 GB when unpacked.")


def test_the_number_of_files_is_limited(monkeypatch):
    data = packed({str(number): b"" for number in range(1001)})
    monkeypatch.setattr(archive, "_MAX_ENTRIES", 1001)
    opened(data)
    monkeypatch.setattr(archive, "_MAX_ENTRIES", 1000)
    assert rejection(opened, data) == ("too_large", "An export has at most 1,000 files.")


def test_the_size_of_the_directory_is_limited(monkeypatch):
    data = packed({"a": b"1"})
    monkeypatch.setattr(archive, "_MAX_DIRECTORY", 47)
    opened(data)
    monkeypatch.setattr(archive, "_MAX_DIRECTORY", 46)
    assert rejection(opened, data)[0] == "too_large"


def test_a_zip64_file_is_too_large():
    data = packed({"a": b"1"})
    end = data.index(b"PK\5\6")
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    assert rejection(opened, data[:end] + locator + data[end:])[0] == "too_large"


def test_a_zip64_file_without_files_is_too_large():
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    assert rejection(opened, locator + packed({}))[0] == "too_large"


def test_the_last_end_record_counts():
    data = b"PK\5\6" + b"\xff" * 40
    assert opened(packed({"a": data})).read("a") == data


def test_a_directory_at_the_beginning_of_the_file_is_counted(monkeypatch):
    data = packed({"a": b"1"})
    directory = data[data.index(b"PK\1\2") :]
    monkeypatch.setattr(archive, "_MAX_ENTRIES", 0)
    assert rejection(opened, directory)[0] == "too_large"


def test_the_letters_of_a_zip64_locator_elsewhere_mean_nothing():
    name = "PK\6\7" + "a" * 17  # begins one byte before where the locator would
    assert opened(packed({name: b"1"})).namelist() == [name]
    name = "PK\6\7" + "a" * 15
    assert opened(packed({name: b"1"})).namelist() == [name]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "This is not a zip file."),
        (b"no zip", "This is not a zip file."),
        (packed({})[:-1], "This is not a zip file."),
        (b"PK\5\6" + bytes(18), None),
        (damaged(packed({"a": b"1"}), b"PK\1\2"), "This is not a zip file, or it is damaged."),
    ],
    ids=["empty", "text", "cut", "without files", "damaged directory"],
)
def test_anything_but_a_zip_file_is_rejected(data, message):
    if message is None:
        assert opened(data).namelist() == []
    else:
        assert rejection(opened, data) == ("not_an_export", message)


def test_the_account_of_an_export_is_read():
    account = {"format": 1, "language": "ja"}
    assert archive.read_account(opened(zipped(account=account))) == account


NO_EXPORT = "This is not an export of Letters-AI, or it is from a later version."


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"account": None}, "The zip file has no readable account.json."),
        ({"account": "{"}, "account.json is not JSON."),
        ({"account": "[]"}, NO_EXPORT),
        ({"account": {}}, NO_EXPORT),
        ({"account": {"format": 2}}, NO_EXPORT),
        ({"attempts.jsonl": None}, NO_EXPORT),
    ],
)
def test_another_zip_file_is_not_an_export(files, message):
    assert rejection(archive.read_account, opened(zipped(**files))) == ("not_an_export", message)


def test_the_size_of_a_file_that_is_read_at_once_is_limited(monkeypatch):
    whole = opened(zipped(account={"format": 1}))
    size = len(json.dumps({"format": 1}))
    monkeypatch.setattr(archive, "_MAX_FILE", size)
    assert archive.read_account(whole) == {"format": 1}
    monkeypatch.setattr(archive, "_MAX_FILE", size - 1)
    assert rejection(archive.read_account, whole) == ("too_large", "account.json is too large.")


def test_a_damaged_file_is_rejected():
    data = packed({"account.json": b'{"format": 1}', "attempts.jsonl": b"one line\n"})
    broken = opened(damaged(data, b'{"format": 1}'))
    assert rejection(archive.read_account, broken)[1] == "The zip file has no readable account.json."
    broken = opened(damaged(data, b"one line\n"))
    assert rejection(count_attempts, broken) == ("not_an_export", "The zip file is damaged.")


def test_attempts_are_counted_by_lines(monkeypatch):
    whole = opened(packed({"attempts.jsonl": b"a\nbc\n" * 500_000}, ZIP_DEFLATED))
    assert count_attempts(whole) == 1_000_000
    monkeypatch.setattr(archive, "_MAX_ATTEMPTS", 999_999)
    assert rejection(count_attempts, whole) == ("too_large", "An export has at most 999,999 attempts.")
    assert count_attempts(opened(zipped())) == 0
    assert count_attempts(opened(zipped([attempt_row()]))) == 1


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """How much is read at a time of the files in zip files."""
    sizes: list[int | None] = []
    read = ZipExtFile.read

    def recorded(file: ZipExtFile, size: int | None = -1) -> bytes:
        sizes.append(size)
        return read(file, size)

    monkeypatch.setattr(ZipExtFile, "read", recorded)
    return sizes


def test_attempts_are_counted_a_megabyte_at_a_time(asked):
    assert count_attempts(opened(packed({"attempts.jsonl": b"abc\n" * 500_000}))) == 500_000
    assert set(asked) == {MEGABYTE}


def test_other_files_are_read_up_to_their_limit(asked):
    archive.read_account(opened(zipped()))
    assert asked == [8 * MEGABYTE + 1]


def test_rows_of_a_list_are_read_and_invalid_ones_marked():
    whole = opened(zipped(lists=[{"name": "a"}, 7, {"name": "b"}], reviews={"no": "list"}, tokens="{"))
    assert list(rows(whole, "lists.json")) == [{"name": "a"}, None, {"name": "b"}]
    assert list(rows(whole, "reviews.json")) == []
    assert list(rows(whole, "tokens.json")) == [None]
    assert list(rows(whole, "missing.json")) == []


def test_rows_beyond_the_limit_are_left_out(monkeypatch):
    monkeypatch.setattr(archive, "_MAX_ROWS", 2)
    assert list(rows(opened(zipped(lists=[{}, {}, {}])), "lists.json")) == [{}, {}]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of at most 5 bytes, chunks of at most 3 lines or 8 bytes."""
    monkeypatch.setattr(archive, "_MAX_LINE", 5)
    monkeypatch.setattr(archive, "CHUNK", 3)
    monkeypatch.setattr(archive, "_MAX_FILE", 8)


class Limited(io.BytesIO):
    """A file of which at most 5 bytes are read at a time."""

    def readline(self, size: int | None = -1) -> bytes:
        assert size == 5
        return super().readline(size)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a\nb\n", [b"a\n", b"b\n"]),
        (b"a\nb", [b"a\n", b"b"]),
        (b"1234\nb\n", [b"1234\n", b"b\n"]),
        (b"12345\nb\n", [None, b"b\n"]),
        (b"123456789\nb\n", [None, b"b\n"]),
        (b"1234567890\nb\n", [None, b"b\n"]),
        (b"12345678901", [None]),
        (b"\n\n", [b"\n", b"\n"]),
    ],
)
def test_lines_that_are_too_long_are_passed_over(data, lines):
    file = Limited(data)
    found = []
    while (line := next_line(file)) != b"":
        found.append(line)
    assert found == lines


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("data", "chunks"),
    [
        (b"", [[]]),
        (b"a\nb\n", [[b"a\n", b"b\n"], []]),
        (b"a\nb\nc\nd\n", [[b"a\n", b"b\n", b"c\n"], [b"d\n"], []]),
        (b"abc\nabc\nd\n", [[b"abc\n", b"abc\n", b"d\n"], []]),
        (b"abcd\nabc\nd\n", [[b"abcd\n", b"abc\n"], [b"d\n"], []]),
        (b"123456789\nabc\nd\n", [[None, b"abc\n", b"d\n"], []]),
    ],
)
def test_chunks_end_after_some_lines_or_bytes(data, chunks):
    file = io.BytesIO(data)
    found: list[list[bytes | None]] = []
    while not found or found[-1]:
        found.append(list(chunk(file)))
    assert found == chunks
