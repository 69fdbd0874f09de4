"""A fault from the key that reports it to the key that confirms its repair, over real SIP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callers.people import Manner, SyntheticPeople
from callers.phone import Phone
from desks import tickets
from desks.campaigns import registry
from desks.campaigns.campaign import Wish
from desks.campaigns.states import CampaignState, Kind
from desks.tickets import By, CallPart, Move, Opening, Ticket, TicketState, lists
from hotline.call_backs import go_round
from ledger import calls, conversations, users
from ledger.database import Ledger
from ledger.states import Origin, UserRole
from ledger.tables import BranchRow
from tests.ivr.calling_out import ALWAYS, QUESTIONS, outbound, person, until_done, write_prompts
from tests.ivr.people import REPLY_HZ, Desk, hear, reach_menu
from tests.ivr.stage import PIECES_HZ, Stage

LINE = "63015270"


def with_faults(document: dict[str, Any]) -> None:
    """Key 5 asks for the faulty line, twice checked, and leads to the fault desk."""
    document["desks"]["112"] = {**document["desks"]["114"], "name": "障碍台"}
    document["collections"] = {
        "line": {
            "fact": "fault_number",
            "prompt": "ask-digits",
            "silence_s": 1.0,
            "confirm": "confirm-digits",
        }
    }
    document["menus"]["main"]["keys"]["5"] = {"collect": "line", "then": {"desk": "112"}}


def call_back_repairs(ledger: Ledger) -> int:
    """A campaign that asks whoever reported a fault whether it is repaired."""
    done = replace(
        QUESTIONS[0], answers=tuple(replace(one, settled=one.key == "1") for one in QUESTIONS[0].answers)
    )
    wish = Wish(
        name="修复回访",
        kind=Kind.REPAIR,
        desk="112",
        questions=(done, QUESTIONS[1]),
        hours=ALWAYS,
        takes_tickets=True,
    )
    with ledger.transaction() as session:
        made = registry.add(session, wish, by="zhou")
        registry.set_state(session, made, CampaignState.RUNNING)
    return made


def open_for(ledger: Ledger, operator: str) -> Ticket:
    """As the operator's page does: of the call that is talked, with the line that was keyed in."""
    with ledger.transaction() as session:
        talk = conversations.last_of_operator(session, operator)
        assert talk
        kind = next(kind for kind in lists.kinds(session) if kind.desk == "112")
        opening = Opening(
            kind_id=kind.id,
            service="固话",
            line=talk.known.facts["fault_number"],
            caller=str(calls.get_call(session, talk.call_id).caller),
            call_id=talk.call_id,
        )
        return tickets.open_ticket(session, opening, By.machine(operator))


def repair(ledger: Ledger, ticket: Ticket) -> None:
    """A dispatcher gives it to a branch, which finds the cause."""
    with ledger.transaction() as session:
        users.save_user(session, name="zhou", display_name="zhou", role=UserRole.TEAM_LEAD, password_hash="x")
        by = By.person(users.named(session, "zhou"))
        branch_id = lists.add(session, BranchRow, lists.NamedDraft(name="城东经营部"), by)
        cause_id = lists.causes(session)[0].id
        for what, wish in (
            (Move.ASSIGNED, tickets.Wish(branch_id=branch_id)),
            (Move.STARTED, tickets.Wish()),
            (Move.SOLVED, tickets.Wish(cause_id=cause_id)),
        ):
            tickets.move(session, ticket.number, what, by, wish=wish)


async def report_fault(phone: Phone, stage: Stage) -> Ticket:
    """Keyed in, told to an operator who opens the ticket while they talk."""
    call = await reach_menu(phone, stage)
    await call.send_digits("5")
    await hear(call, "ask-digits")
    await call.send_digits(f"{LINE}#")
    await call.wait_for_tone(PIECES_HZ["confirm-digits.2"], timeout_s=10)
    await call.send_digits("1")
    await call.wait_for_tone(REPLY_HZ, timeout_s=10)
    ticket = await asyncio.to_thread(open_for, stage.ledger, "8001")
    await call.hang_up()
    await asyncio.to_thread(stage.ended_row_of, call)
    return ticket


def test_a_fault_is_keyed_in_ticketed_repaired_called_back_and_closed(stage: Stage) -> None:
    """The ticket has both calls: the one that told of it, and the machine's, which closed it."""
    customer = replace(person(1, Manner.ANSWERS), keys="11")

    async def scenario() -> Ticket:
        write_prompts(stage)
        desk = Desk()
        async with SyntheticPeople([customer], quiet_s=0.25) as exchange:
            async with desk.phone, Phone(user=customer.number) as phone:
                await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, changes(exchange))
                ticket = await report_fault(phone, stage)
            repair(stage.ledger, ticket)
            campaign_id = call_back_repairs(stage.ledger)
            assert go_round(stage.ledger).taken == 1
            with stage.ledger.reading() as session:
                campaign = registry.get(session, campaign_id)
            (asked,) = await until_done(stage.ledger, campaign)
        assert asked.answers == {"first": "1", "second": "1"}
        assert go_round(stage.ledger).told == 1
        return ticket

    ticket = asyncio.run(scenario())
    with stage.ledger.reading() as session:
        closed = tickets.get_ticket(session, ticket.number)
        linked = {
            each.part: calls.get_call(session, each.call_id) for each in tickets.calls_of(session, closed)
        }
    assert (closed.state, closed.line, closed.satisfied) == (TicketState.CLOSED, LINE, True)
    assert linked[CallPart.OPENED].origin is Origin.SIP
    assert linked[CallPart.CALL_BACK].origin is Origin.OUTBOUND
    assert {row.caller for row in linked.values()} == {customer.number}


def changes(exchange: SyntheticPeople) -> Callable[[dict[str, Any]], None]:
    """Faults can be keyed in, and people called."""

    def change(document: dict[str, Any]) -> None:
        with_faults(document)
        outbound(exchange)(document)

    return change
