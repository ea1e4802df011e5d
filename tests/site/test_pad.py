"""The pad on a page of another origin, in Chromium."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.drawings import ink_of, png_of
from tests.support.site import until

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
PAGE = '<!doctype html><html lang="{lang}"><title>A dictionary</title><style>:root {{ color-scheme: {scheme} }}</style>'


def snippet(site) -> str:
    """What the documentation tells other sites to write."""
    text = DOCS.read_text("utf-8")
    [embedding] = re.findall(r"### Embedding the pad.*?```html\n(.*?)```", text, re.DOTALL)
    return embedding.replace("https://letters.example/", site.url)


class Elsewhere:
    """A web server with one page; its host is the site's, and so gets the site's cookies, but its port is another."""

    def __init__(self) -> None:
        self.page = ""
        #: The cookies of the last POST.
        self.cookies = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(outer.page.encode())

            def do_POST(self) -> None:
                outer.cookies = self.headers.get("Cookie", "")
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("localhost", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    running = Elsewhere()
    yield running
    running.stop()


@pytest.fixture
def witness() -> Iterator[Elsewhere]:
    """A third origin, which shows what the browser sends."""
    running = Elsewhere()
    yield running
    running.stop()


@pytest.fixture
def opened(site, elsewhere, context):
    """Opens the page of the documentation on the other origin, with the attributes of the pad replaced."""

    def open_page(attributes: str = "", lang: str = "en", scheme: str = "light"):
        pad = f"<letters-ai-pad {attributes}></letters-ai-pad>"
        body = re.sub("<letters-ai-pad.*?</letters-ai-pad>", pad, snippet(site))
        elsewhere.page = f"{PAGE.format(lang=lang, scheme=scheme)}<main><h1>A dictionary</h1>{body}</main>"
        page = context.new_page()
        page.goto(elsewhere.url)
        page.get_by_role("img").wait_for()
        return page

    return open_page


def write(page, character: str) -> None:
    """Draw the reference of `character` with the mouse."""
    box = page.get_by_role("img").bounding_box()
    for stroke in ink_of(character, box["width"])["strokes"]:
        page.mouse.move(box["x"] + stroke[0][0], box["y"] + stroke[0][1])
        page.mouse.down()
        for x, y, _ in stroke[1:]:
            page.mouse.move(box["x"] + x, box["y"] + y)
        page.mouse.up()


def test_a_character_drawn_on_another_origin_is_recognised_and_chosen(opened, site):
    attempts = site.query("select count(*) from scoring_attempt")
    page = opened()
    write(page, "永")
    page.get_by_role("button", name="永", exact=True).click()
    assert page.get_by_label("Search").input_value() == "永"
    assert page.locator("path").count() == 0
    assert page.get_by_role("group", name="Candidates").get_by_role("button").count() == 0
    assert site.query("select count(*) from scoring_attempt") == attempts
    assert page.context.cookies() == []


def test_the_attributes_reach_the_question(opened):
    page = opened('scripts="katakana, kanji" targets="口 日" before="入" after="は"')
    with page.expect_request("**/recognitions/") as asked:
        write(page, "口")
    body = asked.value.post_data_json
    assert (body["scripts"], body["targets"]) == (["katakana", "kanji"], ["口", "日"])
    assert (body["before"], body["after"]) == ("入", "は")
    assert len(body["ink"]["strokes"]) == 3


def test_a_new_stroke_aborts_the_question_before_it(opened):
    page = opened()
    held: list[Any] = []
    page.route("**/recognitions/", lambda route: held.append(route) if not held else route.continue_())
    write(page, "一")
    page.wait_for_timeout(400)
    assert len(held) == 1
    with page.expect_event("requestfailed") as failed:
        write(page, "一")
    assert failed.value.failure == "net::ERR_ABORTED"
    page.get_by_role("button", name="二", exact=True).or_(
        page.get_by_role("button", name="一", exact=True)
    ).first.wait_for()


def test_a_stroke_can_be_undone_by_keyboard_and_everything_cleared(opened):
    page = opened()
    write(page, "口")
    undo, clear = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Clear")
    undo.press("Enter")
    assert page.locator("path").count() == 2
    undo.press("Control+z")
    assert page.locator("path").count() == 1
    clear.press("Enter")
    assert page.locator("path").count() == 0
    assert undo.is_disabled()
    assert page.evaluate("document.querySelector('letters-ai-pad').ink") is None


def test_it_asks_again_when_the_site_is_busy(opened):
    page = opened()
    answers = []

    def answer(route):
        answers.append(route)
        if len(answers) > 1:
            route.continue_()
            return
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
        route.fulfill(status=503, json={"code": "overloaded"}, headers={**headers, "Retry-After": "1"})

    page.route("**/recognitions/", answer)
    write(page, "一")
    page.get_by_text("Trying again").wait_for()
    page.get_by_role("button", name="一", exact=True).wait_for()
    assert len(answers) == 2


@pytest.mark.parametrize(("lang", "undo"), [("en", "Undo"), ("ja", "元に戻す"), ("fr-CA", "Annuler"), ("de", "Undo")])
def test_its_texts_are_in_the_page_s_language(opened, lang, undo):
    assert opened(lang=lang).get_by_role("button", name=undo).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_in_light_and_dark(opened, scheme):
    page = opened(scheme=scheme)
    write(page, "口")
    page.get_by_role("button", name="口", exact=True).wait_for()
    assert Axe().run(page).response["violations"] == []
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    ink, paper = page.get_by_role("img").evaluate(colours)
    assert (ink, paper) == (
        ("rgb(0, 0, 0)", "rgb(255, 255, 255)") if scheme == "light" else ("rgb(255, 255, 255)", "rgb(18, 18, 18)")
    )


POST = """async ([url, ink, credentials]) => {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ ink });
  try {
    const answer = await fetch(url, { method: "POST", body, headers, credentials });
    return [answer.status, (await answer.json()).code];
  } catch (error) {
    return error.name;
  }
}"""
#: Posts an image as a form would: without a preflight, and the page can't read the answer.
POST_BLINDLY = """async ([url, image]) => {
  const body = new FormData();
  body.append("image", new Blob([Uint8Array.from(image)]), "a.png");
  await fetch(url, { method: "POST", body, mode: "no-cors", credentials: "include" });
}"""


def test_a_page_of_another_origin_cannot_write_attempts_with_cookies(opened, site, context, witness):
    """Not even on the site's own host, whose cookies the browser sends to every port."""
    context.new_page().goto(site.url)
    until(lambda: {"guest", "tz"} <= {cookie["name"] for cookie in context.cookies()})
    before = context.cookies()
    attempts = site.query("select count(*) from scoring_attempt")
    page = opened()
    url, ink = f"{site.url}api/v1/attempts/", ink_of("口")
    assert page.evaluate(POST, [url, ink, "omit"]) == [403, "cross_site"]
    # The preflight allows no credentials, so that the browser sends nothing.
    assert page.evaluate(POST, [url, ink, "include"]) == "TypeError"
    with page.expect_response(url) as refused:
        page.evaluate(POST_BLINDLY, [url, list(png_of("口"))])
    assert refused.value.status == 403
    page.evaluate(POST_BLINDLY, [witness.url, [0]])
    assert "guest=" in witness.cookies
    assert site.query("select count(*) from scoring_attempt") == attempts
    assert context.cookies() == before
