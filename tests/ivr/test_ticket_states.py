"""A caller whose line has a ticket hears how far it is: before the menu, and after keying the line in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callers.phone import Phone
from desks import tickets
from desks.tickets import By, CallPart, Move, Opening, lists
from ledger import users
from ledger.database import Ledger
from ledger.records import Call
from ledger.states import UserRole
from ledger.tables import BranchRow
from tests.ivr.people import hear, heard_pieces
from tests.ivr.stage import PIECES_HZ, SharedStage, Stage

LINE = "63015270"
PROMPTS = {"open": "news", "assigned": "closed", "none": "all-busy"}


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


def with_states(document: dict[str, Any]) -> None:
    """Told before the menu; key 5 asks for the line and goes back to the menu."""
    document["ticket_states"] = {"repairs": PROMPTS}
    document["numbers"]["114"]["ticket_state"] = "repairs"
    document["collections"] = {
        "line": {
            "fact": "fault_number",
            "prompt": "ask-digits",
            "silence_s": 1.0,
            "confirm": "confirm-digits",
        }
    }
    document["menus"]["main"]["keys"] = {
        "5": {"collect": "line", "then": {"ticket_state": "repairs", "then": {"repeat": True}}},
        "2": {"say": "greeting"},
    }


def open_ticket(ledger: Ledger, line: str, *, is_assigned: bool = False) -> str:
    """A fault, given to a branch or not; its number."""
    with ledger.transaction() as session:
        users.save_user(session, name="zhou", display_name="zhou", role=UserRole.TEAM_LEAD, password_hash="x")
        by = By.person(users.named(session, "zhou"))
        opening = Opening(kind_id=lists.kinds(session)[0].id, service="固话", line=line)
        ticket = tickets.open_ticket(session, opening, by)
        if is_assigned:
            branch_id = lists.add(session, BranchRow, lists.NamedDraft(name=line), by)
            wish = tickets.Wish(branch_id=branch_id)
            tickets.move(session, ticket.number, Move.ASSIGNED, by, wish=wish)
        return ticket.number


def visit(stage: Stage, caller: str, keyed: str = "") -> tuple[Call, list[str]]:
    """A call that comes to the menu, keys a line in where one is given, and hears the greeting again."""

    async def scenario() -> tuple[Call, list[str]]:
        async with Phone(user=caller) as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, with_states)
            call = await phone.dial(stage.target)
            await call.answered(5)
            await hear(call, "menu")
            if keyed:
                await call.send_digits("5")
                await hear(call, "ask-digits")
                await call.send_digits(f"{keyed}#")
                await call.wait_for_tone(PIECES_HZ["confirm-digits.2"], timeout_s=10)
                await call.send_digits("1")
                await asyncio.sleep(1.5)  # what is told now plays, then the menu again
            await call.send_digits("2")
            await call.ended(10)
            row = await asyncio.to_thread(stage.ended_row_of, call)
            return row, heard_pieces(call.heard())

    return asyncio.run(scenario())


def test_a_line_with_a_ticket_hears_its_state_before_the_menu(stage: Stage) -> None:
    """By the number that calls; the call belongs to the ticket from then on."""
    number = open_ticket(stage.ledger, LINE)
    row, heard = visit(stage, f"0755{LINE}")
    assert heard[:4] == ["notice", "greeting", "news", "menu"]
    with stage.ledger.reading() as session:
        linked = tickets.calls_of(session, tickets.get_ticket(session, number))
    assert [(each.call_id, each.part) for each in linked] == [(row.id, CallPart.HEARD)]


def test_whoever_keys_a_line_in_hears_its_state(stage: Stage) -> None:
    """From any telephone; one without a ticket hears that there is none, and nothing before the menu."""
    open_ticket(stage.ledger, "63015271", is_assigned=True)
    _, heard = visit(stage, "13900000001", keyed="63015271")
    assert heard[:3] == ["notice", "greeting", "menu"]
    assert "closed" in heard[4:]
    _, heard = visit(stage, "13900000001", keyed="63019999")
    assert "all-busy" in heard[4:]
