"""A real Chromium whose pages are watched for everything that they should never do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, Request, Route, expect, sync_playwright

from tests.console import seeding
from tests.console.seeding import FLAGGED

PICTURES = os.environ.get("HOTLINE_PICTURES")  # a folder: keep what the pages look like
CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 20_000  # for what a page does by itself: five seconds, which is usual, a busy machine may need
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE_MS)

# What the element's own events tell; a promise that nothing settles would wait for ever.
LISTEN = """(audio) => {
    audio.seeks = [];
    audio.onseeking = () => audio.seeks.push(audio.currentTime);
}"""
HEARD = """(audio, count) => new Promise((resolve, reject) => {
    const look = () => audio.seeks.length >= count && !audio.paused && audio.currentTime > audio.seeks.at(-1)
        && resolve(audio.seeks.at(-1));
    audio.addEventListener("timeupdate", look);
    setTimeout(() => reject(new Error(`no sound; it went to ${audio.seeks}`)), 20000);
    look();
})"""
# Of the page, not of the empty space below it.
END = """[innerWidth, 24 + Math.max(...[...document.querySelector('main').children]
    .map((part) => part.getBoundingClientRect().bottom))]"""


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

    def picture_of_docs(self, name: str, height: int = 1000) -> None:
        """Keep the upper part of the page as the docs have it; `make pictures` puts it there."""
        if PICTURES:
            self.page.evaluate("scrollTo(0, 0)")  # where what sticks to the screen stands in its own place
            width, end = self.page.evaluate(END)
            clip = FloatRect(x=0, y=0, width=width, height=min(height, end))
            self.page.screenshot(path=str(Path(PICTURES) / "docs" / name), full_page=True, clip=clip)

    def sign_in(self) -> None:
        """Through the form, as a person would; the page that follows has its scripts."""
        self.page.goto(self.address)
        self.page.get_by_label("用户名").fill("li")
        self.page.get_by_label("密码").fill(seeding.PASSWORD)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="登录").click()

    def open_flagged(self) -> None:
        """The flagged call, with its player ready and its waveform drawn."""
        self.page.goto(f"{self.address}/calls/{FLAGGED}")
        expect(self.page.locator("#player[data-ready].drawn")).to_be_visible()


def heard_from(page: Page, act: Callable[[], object], *, jumps: int = 1, audio: str = "#audio") -> float:
    """Where in the sound, in seconds, what plays began, so many jumps after the act; fails after 20 s."""
    element = page.locator(audio)
    element.evaluate(LISTEN)
    act()
    return float(element.evaluate(HEARD, jumps))


def watched(
    browser: Browser, address: str, width: int, height: int, *, dark: bool = False
) -> Iterator[Watched]:
    """A signed-in page; the test fails where the browser complained."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    visit = Watched(context.new_page(), address)
    visit.sign_in()
    yield visit
    context.close()
    assert visit.complaints == [], visit.complaints


@contextmanager
def held(page: Page, addresses: str) -> Iterator[None]:
    """The answer to the first request for such an address comes when this ends."""
    routes: list[Route] = []

    def hold(route: Route) -> None:  # the library marks its handlers, which a method of a list cannot bear
        routes.append(route)

    page.route(addresses, hold, times=1)
    yield
    routes.pop().continue_()


def width_of(page: Page) -> int:
    """How wide the page is, in CSS pixels, once its styles are there: something may be visible before."""
    page.wait_for_load_state("load")
    return int(page.evaluate("document.documentElement.scrollWidth"))
