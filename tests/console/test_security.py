"""Headers, inline code, and hosts: what every page promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from console.assets import STATIC_DIR, TEMPLATES_DIR, VENDORED, check_vendored
from ledger.errors import MissingAsset
from tests.console.seeding import FLAGGED, REFUSED

REPOSITORY = Path(__file__).parents[2]
EVERY_KIND = (
    "/sign-in",
    "/calls",
    "/wallboard",
    "/operators",
    f"/calls/{FLAGGED}",
    f"/calls/{FLAGGED}/audio",
    f"/calls/{REFUSED}",
    "/api/calls",
    "/static/console.css",
    "/healthz",
    "/nope",
)


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_carries_the_headers(monitor: httpx.Client, path: str) -> None:
    """Nothing foreign, nothing inline, no frames, no guessed types, no referrer to others."""
    headers = monitor.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; style-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_style_nonce_changes_with_every_answer(monitor: httpx.Client) -> None:
    """A nonce that was seen once is of no use."""
    page = monitor.get(f"/calls/{FLAGGED}")
    nonce = re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"])
    assert nonce
    assert f'data-nonce="{nonce[1]}"' in page.text
    assert nonce[1] not in monitor.get(f"/calls/{FLAGGED}").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/calls", f"/calls/{FLAGGED}", "/wallboard", "/operators"])
def test_pages_are_not_kept_by_caches(monitor: httpx.Client, path: str) -> None:
    """Pages tell of people: no cache keeps them."""
    assert monitor.get(path).headers["cache-control"] == "no-store"


KEPT_AS_FILES = {"booklet_file.html"}


def test_templates_hold_no_inline_code_and_no_foreign_host() -> None:
    """No script, style or handler stands in a page, and no address leads elsewhere.

    What is kept as a file of its own brings its style: it is an attachment, no page of ours.
    """
    for path in TEMPLATES_DIR.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        if path.name in KEPT_AS_FILES:
            html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|https?://|\|\s*safe", html), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), path


def test_our_scripts_and_styles_name_no_foreign_host() -> None:
    """What we serve ourselves loads nothing from elsewhere."""
    for path in [*STATIC_DIR.glob("*.js"), *STATIC_DIR.glob("*.css")]:
        assert not re.search(r"https?://|@import|\beval\(|innerHTML", path.read_text(encoding="utf-8")), path


def test_the_lock_file_pins_by_hash_and_names_no_registry() -> None:
    """Front-end parts are the same bytes wherever they are fetched from."""
    text = (REPOSITORY / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in text
    parts = {name: part for name, part in json.loads(text)["packages"].items() if name}
    served = {name for name, part in parts.items() if not part.get("dev")}
    assert served == {"node_modules/htmx.org", "node_modules/wavesurfer.js"}
    assert all(part["integrity"].startswith("sha512-") for part in parts.values())


def test_missing_scripts_are_told_at_start(tmp_path: Path) -> None:
    """Before `make setup` the console says what to run."""
    with pytest.raises(MissingAsset, match="run `make setup`"):
        check_vendored(tmp_path)


def test_every_vendored_script_is_served(stranger: httpx.Client) -> None:
    """The pages find what `npm run vendor` copied."""
    for name in VENDORED:
        assert stranger.get(f"/static/vendor/{name}").status_code == 200


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"])
def test_static_files_do_not_lead_out_of_their_folder(stranger: httpx.Client, path: str) -> None:
    """The static folder ends where it ends."""
    assert stranger.get(path).status_code == 404


def test_a_wrong_method_is_told_with_the_right_one(monitor: httpx.Client) -> None:
    """405 names what is allowed."""
    response = monitor.delete("/calls")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")


def test_there_are_no_pages_that_load_foreign_scripts(monitor: httpx.Client) -> None:
    """FastAPI's own documentation pages are switched off."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert monitor.get(path).status_code == 404
