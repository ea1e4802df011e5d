"""A request whose body no view wants is answered all the same."""

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from lettersai.middleware.requests import UnreadBodyMiddleware

LONGEST = 502 * 1024 * 1024


def answered(body: io.IOBase, length: int, view=lambda request: HttpResponse(status=401)) -> int:
    request = WSGIRequest({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(length), "wsgi.input": body})
    return UnreadBodyMiddleware(view)(request).status_code


def test_a_body_that_no_view_wanted_is_read():
    body = io.BytesIO(b"x" * 3_000_000)
    assert answered(body, 3_000_000) == 401
    assert body.tell() == 3_000_000


def test_a_body_that_the_view_read_is_not_read_again():
    body = io.BytesIO(b"x" * 3_000 + b"the next request")

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200 if request.read() == b"x" * 3_000 else 400)

    assert answered(body, 3_000, view) == 200
    assert body.tell() == 3_000


class Endless(io.RawIOBase):
    """Counts the bytes that are read of an endless body."""

    count = 0

    def read(self, size: int = -1) -> bytes:
        self.count += size
        return bytes(size)


@pytest.mark.parametrize(("length", "count"), [(LONGEST, LONGEST), (LONGEST + 1, 0)])
def test_a_body_longer_than_any_that_the_proxy_passes_is_left_alone(length, count):
    body = Endless()
    assert answered(body, length) == 401
    assert body.count == count


def test_an_answer_survives_a_client_that_is_gone():
    class Gone(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    assert answered(Gone(), 3_000) == 401
