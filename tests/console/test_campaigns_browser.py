"""A lead makes a campaign, starts it and reads what came of it, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from sqlalchemy import select

from console.app import create_app
from desks.campaigns import people, registry
from desks.campaigns.campaign import Wish
from desks.campaigns.people import Wanted
from desks.campaigns.sayings import SAID
from desks.campaigns.standard import STANDARD
from desks.campaigns.states import CampaignState, Kind, Mode
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import Reason, UserRole
from ledger.tables import UserRow
from tests.console import seeding
from tests.console.browsing import open_browser, watched, width_of
from tests.console.test_campaigns import call, open_all_hours

COURSE = ((Reason.QUESTIONS_ENDED, "111"), (Reason.CALLER_HUNG_UP, "2"), (Reason.BUSY, ""))


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """Whoever signs in leads a team; the plan has a way out and the standard prompts."""
    with ledger.transaction() as session:
        session.scalars(select(UserRow)).one().role = UserRole.TEAM_LEAD
    prompts = {one.greeting for one in STANDARD.values()}
    prompts |= {question.prompt for one in STANDARD.values() for question in one.questions}
    prompts |= {prompt for said in SAID.values() for prompt in said}
    board = replace(seeding.SWITCHBOARD, calls_out=True, prompts=frozenset(prompts))
    return create_app(settings, ledger, board)


def test_a_campaign_is_made_started_and_read(
    address: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By labels and buttons; bad lines stay in sight; it is changed; at 360 px nothing is cut off."""
    open_all_hours(ledger, monkeypatch)
    with open_browser() as browser:
        for visit in watched(browser, address, 1280, 860):
            page = visit.page
            page.goto(f"{address}/campaigns")
            page.get_by_label("名称").fill("十一月新装回访")
            page.get_by_label("号码，一行一个").fill("13800000001\n13800000002\nabc\n13800000003")
            page.get_by_role("button", name="新建").click()
            expect(page.get_by_text("没有加入的行：1")).to_be_visible()
            page.get_by_role("button", name="开始").click()
            expect(page.locator("h1 + .chip")).to_have_text("进行中")
            for reason, keys in (
                (Reason.QUESTIONS_ENDED, "111"),
                (Reason.CALLER_HUNG_UP, "2"),
                (Reason.BUSY, ""),
            ):
                call(ledger, reason, keys)
            page.reload()
            expect(page.locator("#reached")).to_contain_text("2")
            page.locator("#to-busy").click()
            expect(page.locator("tr[data-number]")).to_have_count(1)
            page.get_by_role("link", name="修改").click()
            page.get_by_label("回访时限").fill("72")
            page.get_by_role("button", name="保存").click()
            page.get_by_text("改动记录").click()
            expect(page.locator("[data-field=limit_h]")).to_contain_text("24 → 72")
            page.goto(f"{address}/campaigns/1/change")
            visit.picture("campaign-change-1280.png")
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("campaign-change-360.png")
            page.set_viewport_size({"width": 1280, "height": 860})
            page.goto(f"{address}/campaigns/1")
            visit.picture("campaign-1280.png")
            visit.picture_of_docs("campaign.png", 900)
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("campaign-360.png")
            page.goto(f"{address}/campaigns")
            assert width_of(page) <= 360
            visit.picture("campaigns-360.png")
            page.set_viewport_size({"width": 1280, "height": 860})
            visit.picture("campaigns-1280.png")
            page.goto(f"{address}/campaigns/do-not-call")
            page.get_by_role("textbox", name="号码").fill("13800000009")
            page.get_by_role("textbox", name="原因").fill("来信要求")
            page.get_by_role("button", name="加入").click()
            expect(page.get_by_role("button", name="移出 13800000009")).to_be_visible()
            visit.picture("bars-1280.png")
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360


def test_the_panel_is_filled_in_without_a_mouse(
    address: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put into a page by htmx as the operator's page does; tab, arrows, space and enter note the answers."""
    open_all_hours(ledger, monkeypatch)
    with ledger.transaction() as session:
        wish = Wish(name="回访", kind=Kind.NEW_INSTALL, desk=seeding.ENQUIRIES.id, mode=Mode.PROGRESSIVE)
        made = registry.add(session, wish, by="li")
        people.add_people(session, registry.get(session, made), [Wanted(number="13800000009", note="王先生")])
        registry.set_state(session, made, CampaignState.RUNNING)
    held = call(ledger, Reason.OPERATOR_HUNG_UP, operator="8001")
    with open_browser() as browser:
        for visit in watched(browser, address, 1280, 860):
            page = visit.page
            page.goto(f"{address}/campaigns/do-not-call")
            page.evaluate(f"htmx.ajax('GET', '/campaigns/panel?call={held.call_id}', '#main')")
            panel = page.locator("#campaigns-panel")
            expect(panel).to_contain_text("王先生")
            panel.get_by_role("radio").first.focus()
            for key in ("Space", "Tab", "Space", "ArrowRight", "Tab", "Space"):
                page.keyboard.press(key)
            visit.picture("panel-1280.png")
            panel.get_by_label("备注").fill("很好")
            panel.get_by_role("button", name="登记结果").press("Enter")
            expect(panel).to_contain_text("已登记")
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("panel-360.png")
    with ledger.reading() as session:
        (person,) = people.list_people(session, made)
    assert person.answers == {"install-on-time": "1", "install-manners": "2", "satisfied": "1"}
