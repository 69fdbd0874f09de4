"""A real Chromium whose pages are watched for everything that they should never do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.console import seeding
from tests.console.seeding import FLAGGED

PICTURES = os.environ.get("HOTLINE_PICTURES")  # a folder: keep what the pages look like
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


class Watched:
    """A page, and everything that it should never do."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._look)

    def _look(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked a foreign host: {request.url}")

    def picture(self, name: str) -> None:
        """Keep what the page looks like, where that is wanted."""
        if PICTURES:
            self.page.screenshot(path=str(Path(PICTURES) / name), full_page=True)

    def sign_in(self) -> None:
        """Through the form, as a person would."""
        self.page.goto(self.address)
        self.page.get_by_label("用户名").fill("li")
        self.page.get_by_label("密码").fill(seeding.PASSWORD)
        self.page.get_by_role("button", name="登录").click()

    def open_flagged(self) -> None:
        """The flagged call, with its player ready and its waveform drawn."""
        self.page.goto(f"{self.address}/calls/{FLAGGED}")
        expect(self.page.locator("#player[data-ready].drawn")).to_be_visible()


def watched(
    browser: Browser, address: str, width: int, height: int, *, dark: bool = False
) -> Iterator[Watched]:
    """A signed-in page; the test fails where the browser complained."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(20_000)
    visit = Watched(context.new_page(), address)
    visit.sign_in()
    yield visit
    context.close()
    assert visit.complaints == []
