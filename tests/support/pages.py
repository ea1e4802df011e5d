"""Finds faults of a page in a real browser: axe's violations, parts beyond the window, faults on paper."""

import io
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from pypdf import PdfReader

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The rules whose result can differ in dark mode.
COLOUR = ["color-contrast", "link-in-text-block"]
#: The first elements beyond the right edge of the window, if the page can be scrolled there.
OVERFLOWING = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > room + 1)
    .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)} > ${room}`).slice(0, 5);
}"""
#: Leaves 40 cells of each colour on the wall, whose 3,175 cells differ in nothing else: axe would take half a minute.
FEWER_CELLS = """() => {
  const seen = {};
  for (const cell of document.querySelectorAll('.wall a')) {
    seen[cell.className] = (seen[cell.className] ?? 0) + 1;
    if (seen[cell.className] > 40) cell.closest('li').remove();
  }
}"""
#: Resolves when the colours have changed.
SETTLED = """async () => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished));
}"""
#: The width between the margins of A4, CSS px.
PAPER = 680
#: Finds elements that are useless on paper and yet visible.
USELESS = """() => [...document.querySelectorAll(
    'nav, button, dialog, .button, .main-button, .languages, .list-form, .sheet-choice input, ' +
    'details:not([open]) > summary')]
    .filter(e => !e.matches('.opblock-summary-control, .history-square'))  // the name of an operation, an attempt
    .filter(e => e.getClientRects().length).map(e => `${e.tagName}.${e.className}`)"""
#: The distances of the header and the footer from what is between them, px.
DISTANCES = """() => [['.header', 'marginBottom'], ['.footer', 'marginTop']].flatMap(([part, margin]) =>
    [...document.querySelectorAll(`body > ${part}`)].filter(e => e.getClientRects().length)
    .map(e => parseFloat(getComputedStyle(e)[margin])))"""
#: Text whose contrast with its background is below 4.5, and backgrounds that aren't light, except the wall's colours.
FAINT = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    const light = 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    return light * a + 1 - a;
  };
  const below = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return luminance(colour);
    }
    return 1;
  };
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const found = [];
  for (const e of document.querySelectorAll('html, body, body *:not(option, script, style, noscript, noscript *)')) {
    if (!e.getClientRects().length || e.closest('svg, .visually-hidden')) continue;
    const style = getComputedStyle(e);
    const isText = [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (isText && contrast(luminance(style.color), below(e)) < 4.5) found.push(`text ${e.tagName}.${e.className}`);
    if (e.closest('.wall, .wall-key')) continue;
    if (luminance(style.backgroundColor) < 0.7) found.push(`background ${e.tagName}.${e.className}`);
  }
  return found;
}"""


def violations(page: Page) -> list[str]:
    """The violations that axe finds on the page in its current state, in light and in dark mode."""
    found = []
    schemes: list[tuple[Literal["light", "dark"], dict[str, Any]]] = [
        ("light", {"type": "tag", "values": TAGS}),
        ("dark", {"type": "rule", "values": COLOUR}),
    ]
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found += [f"{scheme}: {violation}" for violation in described(page, options)]
    return found


def described(page: Page, options: dict[str, Any]) -> list[str]:
    """The violations that axe finds with these options. Leaves few cells on the wall."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(FEWER_CELLS)
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in page.evaluate("async options => (await axe.run(options)).violations", options)
        for node in violation["nodes"]
    ]


def faults_on_paper(page: Page, fits_paper: bool = True) -> list[str]:
    """The faults of the page when a device in dark mode prints it. A page that needn't fit may be wider than A4."""
    window = page.viewport_size
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    found = [f"useless: {element}" for element in page.evaluate(USELESS)]
    found += [f"faint: {element}" for element in page.evaluate(FAINT)]
    found += [f"{distance} px from header or footer" for distance in page.evaluate(DISTANCES) if distance < 20]
    found += [f"too wide: {element}" for element in page.evaluate(OVERFLOWING) if fits_paper]
    if page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)":
        found.append("The paper isn't white.")
    if not printed(page, page_ranges="1").pages[0].extract_text().strip():
        found.append("The first page is empty.")
    page.emulate_media(media="null", color_scheme="null")
    if window:
        page.set_viewport_size(window)
    return found


def printed(page: Page, **options: Any) -> PdfReader:
    """The PDF that the browser prints."""
    page.emulate_media(media="null")
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, **options)))
