"""Starts Debian's headless Chromium with the fonts of fonts.conf only, so that pages look the same on every machine."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

PATH = "/usr/bin/chromium-headless-shell"
ARGUMENTS = [
    "--no-sandbox",  # Chromium's sandbox refuses to run as root, the only user of many containers
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = Path(__file__).with_name("fonts.conf")
ENVIRONMENT = {"FONTCONFIG_FILE": str(FONTS)}
#: How many times as fast animations run. Painting every frame of them would be a third of the browser's work.
HASTE = 10


def launch(chromium: BrowserType, *arguments: str, **options: Any) -> Browser:
    """Start Chromium with further command-line `arguments`; `options` are those of Playwright's launch()."""
    environment = {**os.environ, **ENVIRONMENT, **options.pop("env", {})}
    return chromium.launch(executable_path=PATH, args=[*ARGUMENTS, *arguments], env=environment, **options)


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A context on a desktop, with further `options` of Playwright's. Its animations are short.

    By default it has no service worker, which would first download the whole site.
    """
    wanted: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block", **options}
    context = browser.new_context(**wanted)

    def hasten(page: Page) -> None:
        context.new_cdp_session(page).send("Animation.setPlaybackRate", {"playbackRate": HASTE})

    context.on("page", hasten)
    return context
