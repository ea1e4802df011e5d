"""Images are read in a restricted process."""

import io
import os
import re
import struct
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import photo, sandbox
from ml.ink import WritingError
from tests.support.drawings import line_of, png, png_of
from tests.support.site import ROOT, own_bytes


@pytest.fixture
def reader():
    made = sandbox.Reader()
    yield made
    made.end()


def test_an_image_is_read_as_it_is_read_without_walls(reader):
    for character in "永口":
        image = png_of(character)
        assert np.array_equal(reader.read(image), photo.read(image))


@pytest.mark.skipif(sys.platform != "linux", reason="counts page faults as Linux does")
def test_the_next_image_is_read_in_the_memory_of_the_last(reader):
    picture = png_of("永", size=600)
    for _ in range(4):
        reader.read(picture)
    before = page_faults(reader._process.pid)
    reader.read(picture)
    assert page_faults(reader._process.pid) - before < 1000  # 3,500 if memory were returned


def page_faults(pid: int) -> int:
    """Pages that a process has had to ask the system for."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])


def test_an_image_may_show_a_line_if_the_caller_reads_lines(reader):
    image = png(line_of("永国語", 3))
    with pytest.raises(WritingError) as refused:
        reader.read(image)
    assert refused.value.code == "several_characters"
    assert np.array_equal(reader.read(image, is_line=True), photo.read(image, is_line=True))


@pytest.mark.parametrize(
    ("data", "code"), [(b"no image", "unknown_image_format"), (png_of("永")[:200], "unreadable_image")]
)
def test_a_faulty_image_has_the_same_code_as_without_walls(reader, data, code):
    with pytest.raises(WritingError) as refused:
        reader.read(data)
    assert refused.value.code == code
    assert reader.read(png_of("永")).any()


@pytest.mark.parametrize(
    "evil",
    [
        "import os; os.kill(os.getpid(), 11)",  # a decoder crashes
        "import time; time.sleep(60)",
        "print('no JSON')",
        "print('{\"shape\": [100000, 100000]}')",
        "print('{\"shape\": [10, 10]}')",  # and no pixels
        'print(\'{"code": "invented", "message": "", "positions": []}\')',
        "print(1)",
        "print('{}')",
        'print(\'{"code": "unreadable_image"}\')',
        "print('{\"shape\": [Infinity, 10]}')",
        "print('[' * 9000)",
    ],
)
def test_a_reader_that_goes_wrong_costs_one_image_and_a_moment(evil):
    reader = sandbox.Reader((sys.executable, "-c", evil), seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(WritingError, match="damaged"):
        reader.read(png_of("永"))
    assert time.monotonic() - begun < 20
    reader.end()


def test_an_image_that_takes_more_of_the_processor_than_any_has_to_is_refused():
    reader = sandbox.Reader(seconds=60)
    profiled, image = io.BytesIO(), png_of("永")
    Image.new("L", (8, 8)).save(profiled, "PNG", icc_profile=bytes(1_000_000))
    profile = profiled.getvalue()[33 : profiled.getvalue().index(b"IDAT") - 4]
    with pytest.raises(WritingError, match="damaged"):
        reader.read(image[:33] + 5_000 * profile + image[33:])
    reader.end()


@pytest.fixture
def occupied():
    """A reader that is busy with one image until the test ends, and threads for others."""
    made = sandbox.Reader((sys.executable, "-c", "import time; time.sleep(60)"), seconds=30)
    with ThreadPoolExecutor(20) as others:
        others.submit(made.read, png_of("永"))
        while made._process is None:
            time.sleep(0.01)
        yield made, others
        made._process.kill()


def test_an_image_waits_for_others_no_longer_than_its_patience(occupied):
    reader, _ = occupied
    with pytest.raises(sandbox.Busy):
        reader.read(png_of("口"), patience=0.1)


def test_the_number_of_waiting_images_is_limited(occupied):
    reader, others = occupied
    waiting = [others.submit(reader.read, png_of("口"), patience=2) for _ in range(sandbox._PLACES)]
    while reader._places._value:
        time.sleep(0.01)
    begun = time.monotonic()
    with pytest.raises(sandbox.Busy):
        reader.read(png_of("口"), patience=25)
    assert time.monotonic() - begun < 10
    assert {type(one.exception()) for one in waiting} == {sandbox.Busy}


def test_an_image_that_is_in_no_hurry_waits_for_its_turn(reader):
    with ThreadPoolExecutor(20) as several:
        assert all(ink.any() for ink in several.map(reader.read, [png_of("永")] * 20))


def test_after_a_crash_the_next_image_is_read(reader):
    reader.read(png_of("永"))
    reader._process.kill()
    reader._process.wait()
    assert reader.read(png_of("口")).any()


@pytest.mark.parametrize(
    "harm",
    [
        "open('/etc/passwd')",
        "open('left-behind', 'w')",
        "subprocess.run(['true'])",
        "socket.socket()",
        "bytearray(1 << 30)",
    ],
)
def test_behind_the_walls_nothing_can_be_opened_started_or_filled(harm):
    code = "\n".join(
        [
            "import socket, subprocess",
            "from ml import sandbox",
            "sandbox.restrict()",
            f"try: {harm}",
            "except (OSError, MemoryError): print('stopped')",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout == "stopped\n", ran.stderr


def sheet_of(width: int, height: int, mode: str) -> Image.Image:
    sheet = Image.new(mode, (width, height), "white")
    with Image.open(io.BytesIO(png_of("永", size=2000, pen=60))) as drawn:
        sheet.paste(drawn.convert(mode), (width // 3, height // 3))
    return sheet


@pytest.mark.parametrize(
    ("size", "mode", "form", "options"),
    [
        ((10_000, 5_000), "RGB", "JPEG", {}),
        ((10_000, 5_000), "L", "JPEG", {"progressive": True}),
        ((10_000, 5_000), "RGB", "JPEG", {"progressive": True, "subsampling": 0}),
        ((6_000, 4_000), "RGB", "PNG", {"compress_level": 1}),
        ((6_000, 4_000), "RGBA", "PNG", {"compress_level": 1}),
        ((6_000, 4_000), "RGB", "WEBP", {"method": 0}),
        ((6_000, 4_000), "RGBA", "WEBP", {"method": 0}),
    ],
)
def test_the_largest_images_of_each_format_are_read_in_the_memory_and_time_there_is(reader, size, mode, form, options):
    file = io.BytesIO()
    sheet_of(size[0], size[1], mode).save(file, form, **options)
    assert reader.read(file.getvalue()).any()


def test_a_file_is_read_as_its_bytes_are(reader):
    image = png_of("永")
    assert np.array_equal(reader.read(io.BytesIO(image)), reader.read(image))


def test_the_positions_of_several_characters_come_through(reader):
    sheet = Image.new("L", (600, 200), "white")
    for character, left in (("永", 0), ("国", 400)):
        with Image.open(io.BytesIO(png_of(character, size=200))) as drawn:
            sheet.paste(drawn.convert("L"), (left, 0))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    with pytest.raises(WritingError) as refused:
        reader.read(file.getvalue())
    assert refused.value.code == "several_characters"
    assert [round(left + width / 2, 1) for left, _, width, _ in refused.value.positions] == [0.2, 0.8]


def test_a_reader_is_small(reader):
    reader.read(png_of("永"))
    assert own_bytes(reader._process.pid) < 50e6


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int, *more: bytes) -> bytes:
    """A PNG whose header claims a size, with the pixels of one row of black."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    row = png_chunk(b"IDAT", zlib.compress(bytes(1 + min(width, 10_000))))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + row + png_chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose header claims a size."""
    file = io.BytesIO()
    Image.new("L", (64, 64), "white").save(file, "JPEG")
    data = bytearray(file.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose header claims a size."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(file, "WEBP", lossless=True)
    data = bytearray(file.getvalue())
    start = data.index(b"VP8L") + 9
    bits = struct.unpack("<I", data[start : start + 4])[0]
    size = (width - 1) | (height - 1) << 14
    data[start : start + 4] = struct.pack("<I", bits & ~0xFFFFFFF | size)
    return bytes(data)


def animation(form: str, **options: object) -> bytes:
    """A hundred frames of 400 by 400 pixels."""
    frames = [Image.new("L", (400, 400), number) for number in range(100)]
    file = io.BytesIO()
    frames[0].save(file, form, save_all=True, append_images=frames[1:], **options)
    return file.getvalue()


#: Files of few bytes that claim, or unpack to, far more.
CRAFTED = {
    "png of 2^31 by 2^31": lambda: png_claiming(2**31 - 1, 2**31 - 1),
    "png of one endless row": lambda: png_claiming(24_000_000, 1),
    "png of one endless column": lambda: png_claiming(1, 24_000_000),
    "png without its pixels": lambda: png_claiming(6_000, 4_000),
    "png with text that unpacks to 200 MB": lambda: png_claiming(
        100, 100, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
    ),
    "png with a profile that unpacks to 200 MB": lambda: png_claiming(
        100, 100, png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(200_000_000)))
    ),
    "png of many frames": lambda: animation("PNG"),
    "jpeg of 65,535 by 65,535": lambda: jpeg_claiming(65_535, 65_535),
    "jpeg without its pixels": lambda: jpeg_claiming(10_000, 5_000),
    "jpeg of one endless row": lambda: jpeg_claiming(65_535, 1),
    "webp of 16,384 by 16,384": lambda: webp_claiming(16_384, 16_384),
    "webp without its pixels": lambda: webp_claiming(6_000, 4_000),
    "webp of many frames": lambda: animation("WEBP", method=0, quality=0),
}


def processor_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("crafted", CRAFTED.values(), ids=CRAFTED.keys())
def test_a_crafted_image_costs_bounded_time_and_memory_and_hinders_no_other(reader, crafted):
    image = crafted()
    assert len(image) < sandbox.MAX_BYTES
    reader.read(png_of("永"))
    process = reader._process
    before = processor_seconds(process.pid)
    with suppress(WritingError):
        assert max(reader.read(image).shape) <= 640
    if process.poll() is None:
        assert processor_seconds(process.pid) - before <= sandbox._PROCESSOR_SECONDS
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        assert int(peak) * 1024 < 100e6 + sandbox._MEMORY
    assert reader.read(png_of("永")).any()
