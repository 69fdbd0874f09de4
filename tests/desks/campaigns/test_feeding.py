"""Tickets become people of the fitting campaign, are called once, and get back what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desks.campaigns import attempts, feeding, history, people
from desks.campaigns.attempts import Attempt
from desks.campaigns.feeding import DuePerson, Result
from desks.campaigns.languages import Spoken
from desks.campaigns.states import Kind, Outcome, PersonState
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.states import Reason
from tests.desks.campaigns.test_attempts import claim, end, make

TICKET = "20261130-0001"


@dataclass
class Tickets:
    """A desk's tickets, as the campaigns know them."""

    due: list[DuePerson]
    told: list[Result] = field(default_factory=list)

    def waiting(self, _session: Session) -> Iterable[DuePerson]:
        """Those that wait."""
        return self.due

    def languages(self, _session: Session, tickets: Collection[str]) -> Mapping[str, Spoken]:
        """All speak English."""
        return dict.fromkeys(tickets, Spoken.ENGLISH)

    def take(self, _session: Session, result: Result) -> None:
        """What came of one."""
        self.told.append(result)


def wait(ticket: str = TICKET, number: str = "13800000001") -> DuePerson:
    """A ticket that has begun to wait just now."""
    return DuePerson(ticket=ticket, number=number, kind=Kind.REPAIR, happened_at=now(), desk="10050")


def test_a_ticket_waits_for_a_campaign_of_its_kind_and_desk(ledger: Ledger) -> None:
    """Others do not take it, nor one that takes no tickets; told again it is not added again."""
    with ledger.transaction() as session:
        make(session, [])
        make(session, [], kind=Kind.COMPLAINT, takes_tickets=True)
        make(session, [], desk="112", takes_tickets=True)
        tickets = Tickets([wait()])
        assert feeding.take_in(session, tickets) == 0
        fitting = make(session, [], takes_tickets=True)
        assert feeding.take_in(session, tickets) == 1
        assert feeding.take_in(session, tickets) == 0
        (person,) = people.list_people(session, fitting.id)
    assert (person.ticket, person.due_until - person.due_from) == (TICKET, timedelta(days=1))
    assert person.language is Spoken.ENGLISH


def called(ledger: Ledger, *due: DuePerson) -> tuple[Tickets, list[Attempt]]:
    """Tickets whose people have been called: each said to every question that it is not so."""
    tickets, found = Tickets(list(due)), []
    with ledger.transaction() as session:
        campaign = make(session, [], takes_tickets=True)
        feeding.take_in(session, tickets)
    for _ in due:
        with ledger.transaction() as session:
            attempt = claim(session)
            assert attempt
            for question in campaign.questions:
                attempts.note_answer(session, attempt.call_id, question.id, "2")
            end(session, attempt.call_id, Reason.QUESTIONS_ENDED)
        found.append(attempt)
    return tickets, found


def test_the_result_goes_back_once_and_a_second_repair_is_called_back_again(ledger: Ledger) -> None:
    """With the answers in words; a correction by the operator is told again."""
    tickets, (found,) = called(ledger, wait())
    assert [feeding.tell(ledger, tickets) for _ in range(2)] == [1, 0]
    (told,) = tickets.told
    assert (told.state, told.outcome, told.in_time) == (PersonState.REACHED, Outcome.COMPLETED, True)
    assert (told.satisfied, told.call_id) == (False, found.call_id)
    assert told.answers["障碍是否已经修好"] == "没有修好"
    with ledger.transaction() as session:
        attempts.write_down(session, found.call_id, {"repair-done": "1"}, "")
    assert feeding.tell(ledger, tickets) == 1
    tickets.due = [wait()]
    with ledger.transaction() as session:
        assert feeding.take_in(session, tickets) == 1
        again = claim(session)
        assert again
        assert (again.person.id, again.person.attempts, again.person.answers) == (found.person.id, 1, {})


def test_what_is_written_down_late_does_not_stand_for_the_call_after_a_second_repair(ledger: Ledger) -> None:
    """It is kept with its own call, and the person is called again."""
    tickets, (found,) = called(ledger, wait())
    tickets.due = [wait()]
    with ledger.transaction() as session:
        assert feeding.take_in(session, tickets) == 1
        attempts.write_down(session, found.call_id, {"repair-done": "1"}, "晚登记")
        assert history.of_call(session, found.call_id).remark == "晚登记"
        assert people.get(session, found.person.id).state is PersonState.WAITING
        assert claim(session)


def test_each_result_is_told_in_a_transaction_of_its_own(ledger: Ledger) -> None:
    """Two tickets moved in one may wait for somebody who waits for them; one that fails undoes no other."""
    tickets, _ = called(ledger, wait(), wait(ticket="20261130-0002", number="13800000002"))
    take = tickets.take

    def fail_for_second(session: Session, result: Result) -> None:
        if tickets.told:
            raise Conflict("somebody else")
        take(session, result)

    tickets.take = fail_for_second  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        feeding.tell(ledger, tickets)
    tickets.take = take  # type: ignore[method-assign]
    assert feeding.tell(ledger, tickets) == 1
    assert {one.ticket for one in tickets.told} == {TICKET, "20261130-0002"}
