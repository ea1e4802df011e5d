"""Images are read in a process that can't do harm."""

import io
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from ml import photo, sandbox
from ml.ink import WritingError
from tests.drawings import png_of
from tests.site import ROOT, resident_bytes


@pytest.fixture
def reader():
    made = sandbox.Reader()
    yield made
    made.end()


def test_an_image_is_read_as_it_is_read_without_walls(reader):
    for character in "永口":
        image = png_of(character)
        assert np.array_equal(reader.read(image), photo.read(image))


@pytest.mark.parametrize(
    ("data", "code"), [(b"no image", "unknown_image_format"), (png_of("永")[:200], "unreadable_image")]
)
def test_what_is_wrong_with_an_image_has_the_same_code(reader, data, code):
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
    ],
)
def test_a_reader_that_goes_wrong_costs_one_image_and_a_moment(evil):
    reader = sandbox.Reader((sys.executable, "-c", evil), seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(WritingError, match="damaged"):
        reader.read(png_of("永"))
    assert time.monotonic() - begun < 5
    reader.end()


def test_an_image_that_takes_more_of_the_processor_than_any_has_to_is_refused():
    reader = sandbox.Reader(seconds=60)
    profiled, image = io.BytesIO(), png_of("永")
    Image.new("L", (8, 8)).save(profiled, "PNG", icc_profile=bytes(1_000_000))
    profile = profiled.getvalue()[33 : profiled.getvalue().index(b"IDAT") - 4]
    with pytest.raises(WritingError, match="damaged"):
        reader.read(image[:33] + 5_000 * profile + image[33:])
    reader.end()


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
            "sandbox.wall_in()",
            f"try: {harm}",
            "except (OSError, MemoryError): print('stopped')",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout == "stopped\n", ran.stderr


def test_a_reader_is_small(reader):
    reader.read(png_of("永"))
    assert resident_bytes(reader._process.pid) < 100e6
