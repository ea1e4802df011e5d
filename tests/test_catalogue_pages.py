"""The catalogue's pages, without a browser."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        "/characters/",
        "/characters/?q=taberu",
        "/characters/永/",
        "/characters/鬱/",
        "/characters/あ/",
        "/characters/9/",
        "/characters/a/",
        "/",
    ],
)
def test_smoke(client, url):
    r = client.get(url)
    assert r.status_code == 200
    open("/tmp/pages_smoke.html", "w").write(r.content.decode())
