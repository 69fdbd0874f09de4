"""The page of norms for monitors says what the packs say."""

from __future__ import annotations

from pathlib import Path

from hotline.norms_page import judged_by, norms_page
from qa_scoring import load_packs

PAGE = Path(__file__).parents[2] / "docs" / "norms.md"


def test_the_page_is_that_of_the_packs() -> None:
    """Whoever changes a norm prints the page anew: `hotline rules page > docs/norms.md`."""
    assert PAGE.read_text(encoding="utf-8") == norms_page(load_packs())


def test_every_norm_stands_on_the_page_once() -> None:
    """Also those that several desks share."""
    page = norms_page(load_packs())
    for rule in {rule.id for pack in load_packs().packs for rule in pack.rules}:
        assert page.count(f"<br>`{rule}` |") == 1, rule


def test_a_norm_says_when_it_applies_and_what_is_asked() -> None:
    """The sentence is made of the check, the window and the condition."""
    rules = {rule.id: rule for rule in load_packs().for_desk("10050", "10050").rules}
    told = judged_by(rules["complaint-apology"])
    assert told == "“投诉”等说法之后45秒内，话务员说到致歉（如“抱歉”等）。"
    assert judged_by(rules["first-asked-takes-it"]) == "转接次数不大于 1。"
    assert judged_by(rules["transfer-notice"]).startswith("只在转接次数不小于 1时适用。话务员说到转接说明")
