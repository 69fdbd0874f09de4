"""The views of a call: whose words they are, when the operator was there, what counts as one round."""

from __future__ import annotations

from ledger.records import Mark, Turn
from ledger.states import Place, Role
from qa_scoring import Conversation
from qa_scoring.conversation import Span


def turn(role: Role, start_s: float, end_s: float, text: str = "您好") -> Turn:
    """One turn."""
    return Turn(role=role, start_s=start_s, end_s=end_s, text=text)


def call(*turns: Turn, marks: tuple[Mark, ...] = ()) -> Conversation:
    """A call of a minute."""
    return Conversation(hotline="114", desk="114", duration_s=60.0, turns=turns, marks=marks, facts={})


def test_an_import_is_the_operators_from_end_to_end() -> None:
    """Without marks the whole call is the operator's span."""
    assert call().operator_spans == (Span(start_s=0.0, end_s=60.0),)
    assert call().reached_operator


def test_only_the_bridged_span_counts() -> None:
    """With marks a turn belongs to the operator where most of it lies within the bridge."""
    marks = (
        Mark(place=Place.MENU, start_s=0.0, end_s=20.0),
        Mark(place=Place.OPERATOR, start_s=20.0, end_s=60.0),
    )
    prompt, greeting = turn(Role.OPERATOR, 2.0, 19.0), turn(Role.OPERATOR, 19.9, 22.0)
    conversation = call(prompt, greeting, turn(Role.SYSTEM, 30.0, 31.0), marks=marks)
    assert conversation.operator_turns == (greeting,)


def test_a_call_that_stayed_in_the_queue_reached_nobody() -> None:
    """Marks without an operator's span mean that nobody was reached."""
    conversation = call(
        turn(Role.CALLER, 1.0, 2.0), marks=(Mark(place=Place.QUEUE, start_s=0.0, end_s=60.0),)
    )
    assert not conversation.reached_operator
    assert conversation.caller_turns == ()


def test_a_mixed_channel_has_no_roles() -> None:
    """One mixed turn is enough: roles are unknown."""
    assert call(turn(Role.OPERATOR, 1.0, 2.0)).roles_known
    assert not call(turn(Role.MIXED, 1.0, 2.0)).roles_known


def test_turns_that_follow_closely_are_one_round() -> None:
    """A short pause does not begin a new round; a long one, or the other's words, do."""
    one, two = turn(Role.OPERATOR, 1.0, 2.0), turn(Role.OPERATOR, 2.8, 4.0)
    after_pause, after_caller = turn(Role.OPERATOR, 8.0, 9.0), turn(Role.OPERATOR, 10.2, 11.0)
    caller = turn(Role.CALLER, 9.2, 10.0)
    rounds = call(one, two, after_pause, caller, after_caller).rounds_of(Role.OPERATOR)
    assert rounds == ((one, two), (after_pause,), (after_caller,))
