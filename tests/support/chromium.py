"""Starts Debian's headless Chromium with the fonts of fonts.conf only, so that pages look the same on every machine."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType

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


def launch(chromium: BrowserType, *arguments: str, **options: Any) -> Browser:
    """Start Chromium with further command-line `arguments`; `options` are those of Playwright's launch()."""
    environment = {**os.environ, **ENVIRONMENT, **options.pop("env", {})}
    return chromium.launch(executable_path=PATH, args=[*ARGUMENTS, *arguments], env=environment, **options)
