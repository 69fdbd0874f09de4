"""Languages, digits and spoken values over real SIP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call
from tests.ivr.people import facts_of, hear, heard_pieces, reach_menu
from tests.ivr.stage import ENGLISH_HZ, PIECES_HZ, SharedStage, Stage

Visit = Callable[[PhoneCall], Awaitable[None]]


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


def with_collection(**settings: Any) -> Callable[[dict[str, Any]], None]:
    """Key 5 of the menu asks for seven to eight digits, and then the news are heard."""

    def change(document: dict[str, Any]) -> None:
        asked = {
            "fact": "fault_number",
            "prompt": "ask-digits",
            "silence_s": 1.0,
            "tries": 2,
            "confirm": "confirm-digits",
        }
        document["collections"] = {"line": {**asked, **settings}}
        keys = document["menus"]["main"]["keys"]
        keys["5"] = {"collect": "line", "then": {"say": "news"}}

    return change


def call_with(stage: Stage, visit: Visit, change: Callable[[dict[str, Any]], None]) -> tuple[Call, list[str]]:
    """A call that presses what `visit` says from the menu on; its row, and the tones that were heard."""

    async def scenario() -> tuple[Call, list[str]]:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, change)
            call = await reach_menu(phone, stage)
            await visit(call)
            await call.ended(10)
            return await asyncio.to_thread(stage.ended_row_of, call), heard_pieces(call.heard())

    return asyncio.run(scenario())


def test_digits_are_read_back_and_kept(stage: Stage) -> None:
    """Entered, ended with #, read back digit by digit within the sentence, confirmed, kept with the call."""

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("5")
        await hear(call, "ask-digits")
        await call.send_digits("6301527#")
        await call.wait_for_tone(PIECES_HZ["confirm-digits.2"], timeout_s=10)
        await call.send_digits("1")

    row, heard = call_with(stage, visit, with_collection())
    assert facts_of(row) == {"fault_number": "6301527"}
    said = [f"d-{digit}" for digit in "6301527"]
    assert heard[heard.index("ask-digits") :] == [
        "ask-digits",
        "confirm-digits.1",
        *said,
        "confirm-digits.2",
        "news",
    ]


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        (["63012345#"], "63012345"),
        (["63012345"], "63012345"),
        (["123", "6301234#"], "6301234"),
        (["630123456", "6301234#"], "6301234"),
        (["99*6301234#"], "6301234"),
        (["123#", "456#"], None),
        (["", ""], None),
    ],
    ids=["ended-by-key", "ended-by-length", "too-few", "too-many", "star-begins-afresh", "tries", "silence"],
)
def test_an_entry_is_kept_when_it_fits(stage: Stage, entries: list[str], kept: str | None) -> None:
    """Too few and too many digits and silence are told and asked again; after the tries the call goes on."""

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("5")
        for entry in entries:
            await hear(call, "ask-digits")
            if entry:
                await call.send_digits(entry)
        await hear(call, "news")

    row, heard = call_with(stage, visit, with_collection(confirm=None))
    assert facts_of(row) == ({"fault_number": kept} if kept else {})
    assert heard.count("wrong-length") == len(entries) - 1


def test_type_ahead_goes_through_entry_and_confirmation(stage: Stage) -> None:
    """Who knows the way presses everything at once: menu key, digits, #, 2 to enter again, digits, #, 1."""

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("51111111#26301234#1")

    row, heard = call_with(stage, visit, with_collection())
    assert facts_of(row) == {"fault_number": "6301234"}
    assert "confirm-digits.2" not in heard, "each key cut the prompt short"


def test_digits_that_nobody_objects_to_are_kept(stage: Stage) -> None:
    """A caller who only listens is read the digits `tries` times, and they are kept."""

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("5")
        await hear(call, "ask-digits")
        await call.send_digits("6301234#")

    row, heard = call_with(stage, visit, with_collection(silence_s=0.5))
    assert facts_of(row) == {"fault_number": "6301234"}
    assert heard.count("confirm-digits.1") == 2


def test_the_menus_limit_holds_for_entries(stage: Stage) -> None:
    """Somebody who never ends an entry is led to the number's desk after longest_menu_s."""

    def change(document: dict[str, Any]) -> None:
        with_collection(tries=10, silence_s=30)(document)
        document["limits"] = {"longest_menu_s": 4}
        document["numbers"]["114"]["desk"] = "114"
        document["desks"]["114"]["longest_wait_s"] = 0.5

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("5")
        await hear(call, "ask-digits")
        await call.send_digits("12")
        await hear(call, "all-busy")

    row, _ = call_with(stage, visit, change)
    assert row.desk == "114"
    assert facts_of(row) == {}


def test_a_chosen_language_is_heard_from_then_on(stage: Stage) -> None:
    """The English menu is heard after the choice; what English lacks is said in Mandarin."""

    def change(document: dict[str, Any]) -> None:
        document["menus"]["main"]["keys"]["3"] = {"language": "en", "then": {"repeat": True}}

    async def visit(call: PhoneCall) -> None:
        await call.send_digits("3")
        await call.wait_for_tone(ENGLISH_HZ["menu"], timeout_s=5)
        await call.send_digits("2")
        await hear(call, "news")

    row, _ = call_with(stage, visit, change)
    assert facts_of(row) == {"language": "en"}


def test_a_number_may_speak_another_language(stage: Stage) -> None:
    """The language of the number that was dialled is heard from the start."""

    def change(document: dict[str, Any]) -> None:
        document["numbers"]["114"]["language"] = "en"

    async def scenario() -> None:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, change)
            call = await phone.dial(stage.target)
            await call.answered(5)
            await hear(call, "greeting")
            await call.wait_for_tone(ENGLISH_HZ["menu"], timeout_s=5)
            await call.hang_up()

    asyncio.run(scenario())
