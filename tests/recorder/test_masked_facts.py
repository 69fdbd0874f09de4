"""Digits that a caller keyed in are masked with the span in which they were."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ledger import calls, chain
from ledger.entered import shown_facts
from ledger.records import Facts, Mark
from ledger.states import ChainKind, FactKey, Place
from ledger.tables import Base, CallRow, FindingRow, SealedFactsRow
from recorder.chain import enter_recording
from recorder.masking import masks_of
from recorder.problems import Fault
from tests.recorder.house import CALL, SECRET, House

ACCOUNT, LINE = "99887766", "63012345"
FACTS = {"account": ACCOUNT, "fault_number": LINE, "language": "zh"}


def key_in(house: House, *, noted: str = "account", **facts: str) -> None:
    """The account was keyed in from 3 to 5 s, the line's number at another time; sealed so."""
    marks = [
        Mark(place=Place.MENU, start_s=0.5, end_s=2.0, detail="ask-line"),
        Mark(place=Place.MENU, start_s=1.9, end_s=1.9, detail="fault_number: 8 digits"),
        Mark(place=Place.MENU, start_s=3.0, end_s=5.0, detail="ask-account"),
        Mark(place=Place.MENU, start_s=4.9, end_s=4.9, detail=f"{noted}: 8 digits"),
        Mark(place=Place.MENU, start_s=6.0, end_s=8.0, detail="main"),
    ]
    with house.ledger.transaction() as session:
        row = session.get_one(CallRow, CALL)
        row.facts = {**FACTS, **facts}
        row.marks = [
            {"place": str(m.place), "start_s": m.start_s, "end_s": m.end_s, "detail": m.detail} for m in marks
        ]
        for finding in session.scalars(select(FindingRow)):
            finding.reason = f"应报 {ACCOUNT}"
        enter_recording(session, house.recording(), ChainKind.REKEYED)
    assert house.verify().problems == []


def facts_of(house: House, *, unmasked: bool = False) -> Facts:
    """What people read."""
    with house.ledger.reading() as session:
        return shown_facts(calls.get_call(session, CALL).facts, unmasked=unmasked)


def everything_in(house: House) -> str:
    """All rows of all tables, as text."""
    with house.ledger.reading() as session:
        return "\n".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        )


def test_what_was_keyed_in_within_the_span_is_shown_to_those_with_the_right_alone(house: House) -> None:
    """The other fact stays, no finding quotes the masked one, and the row keeps it under its seal."""
    key_in(house)
    house.mask(4.0, 4.5)
    assert facts_of(house) == {**FACTS, "account": "＊" * 8}
    assert facts_of(house, unmasked=True) == FACTS
    with house.ledger.reading() as session:
        assert {row.reason for row in session.scalars(select(FindingRow))} == {"应报 " + "＊" * 8}
        (mask,) = masks_of(session, CALL)
    assert mask["facts"] == ["account"]
    assert house.verify().problems == []


def test_a_span_elsewhere_masks_no_fact(house: House) -> None:
    """Nothing was keyed in there, nor said."""
    key_in(house)
    house.mask(6.5, 7.5)
    assert facts_of(house) == FACTS


def test_what_was_keyed_in_before_notes_named_facts_is_masked_whole(house: House) -> None:
    """Which of the entries it was is not known: all that the plan collected are masked."""
    key_in(house, noted="ask-account")
    house.mask()
    assert facts_of(house) == {"account": "＊" * 8, "fault_number": "＊" * 8, "language": "zh"}


def test_a_fact_whose_digits_are_said_in_the_span_is_masked(house: House) -> None:
    """The number that a caller reads out is the one that the import has brought."""
    key_in(house, directory_number="622848")
    house.mask()  # in which 六二二八四八 is said
    assert facts_of(house)[FactKey.DIRECTORY_NUMBER] == "＊" * 6


def test_destroying_leaves_no_row_that_tells_the_digits(house: House) -> None:
    """Neither the call's row nor what was sealed before, and the chain still verifies."""
    key_in(house)
    house.mask()
    assert ACCOUNT in everything_in(house)
    house.mask(7, 8, destroy=True)
    left = everything_in(house)
    assert ACCOUNT not in left
    assert SECRET not in left
    assert LINE in left
    assert facts_of(house, unmasked=True)["account"] == "＊" * 8
    with house.ledger.reading() as session:
        starts = [mask["spans"][0]["start_s"] for mask in masks_of(session, CALL)]
    assert starts == ["3.000000", "7.000000"], "the masks of before are still told"
    assert house.verify().problems == []


@pytest.mark.parametrize("which", ["kept", "destroyed"])
def test_facts_that_nobody_destroyed_are_missed(house: House, which: str) -> None:
    """Only what a mask has destroyed may be gone, and never the facts of that mask itself."""
    key_in(house)
    house.mask(destroy=which == "destroyed")
    with house.ledger.transaction() as session:
        newest = chain.newest_entry(session, CALL)
        assert newest is not None
        rows = list(session.scalars(select(SealedFactsRow).order_by(SealedFactsRow.number)))
        gone = next(row for row in rows if which == "kept" or row.number == newest.number)
        session.delete(gone)
    assert Fault.FACTS_MISSING in {problem.fault for problem in house.verify().problems}
