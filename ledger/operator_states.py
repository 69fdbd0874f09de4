"""Which state of an operator may follow which, and by whom."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.states import ChangedBy, OperatorState

PEOPLE = frozenset({ChangedBy.PHONE, ChangedBy.PAGE, ChangedBy.API})
IN_CALL = frozenset({OperatorState.RESERVED, OperatorState.RINGING, OperatorState.TALKING})  # a call has them

_OFF, _IDLE, _AWAY = OperatorState.OFF, OperatorState.IDLE, OperatorState.AWAY
_RESERVED, _RINGING, _TALKING = OperatorState.RESERVED, OperatorState.RINGING, OperatorState.TALKING
_WRAP_UP = OperatorState.WRAP_UP
_LINE, _EDGE = frozenset({ChangedBy.LINE}), frozenset({ChangedBy.EDGE})

# While a call has the operator, a person's idle, away or off is only noted: it takes effect after the call.
TRANSITIONS: Mapping[tuple[OperatorState, OperatorState], frozenset[ChangedBy]] = {
    (_OFF, _OFF): PEOPLE | _EDGE,
    (_OFF, _IDLE): PEOPLE | _EDGE,  # signs on, or the phone registers
    (_IDLE, _IDLE): PEOPLE | _EDGE,
    (_IDLE, _AWAY): PEOPLE,
    (_IDLE, _OFF): PEOPLE | _EDGE,
    (_IDLE, _RESERVED): _LINE,
    (_RESERVED, _RINGING): _LINE,
    (_RESERVED, _IDLE): _LINE | PEOPLE,  # the caller left, or the phone could not be dialled
    (_RESERVED, _AWAY): _LINE | PEOPLE,
    (_RESERVED, _OFF): _LINE | PEOPLE,
    (_RINGING, _TALKING): _LINE,
    (_RINGING, _IDLE): _LINE | PEOPLE,  # missed, or the caller left
    (_RINGING, _AWAY): _LINE | PEOPLE,  # missed too often
    (_RINGING, _OFF): _LINE | PEOPLE,
    (_TALKING, _WRAP_UP): _LINE,
    (_TALKING, _IDLE): _LINE | PEOPLE,
    (_TALKING, _AWAY): _LINE | PEOPLE,
    (_TALKING, _OFF): _LINE | PEOPLE,
    (_WRAP_UP, _IDLE): PEOPLE,  # ready before the time; by itself when it is over
    (_WRAP_UP, _AWAY): PEOPLE,
    (_WRAP_UP, _OFF): PEOPLE | _EDGE,
    (_WRAP_UP, _RESERVED): _LINE,  # over by its time, which nobody had to write down
    (_AWAY, _AWAY): PEOPLE,  # for another reason
    (_AWAY, _IDLE): PEOPLE,
    (_AWAY, _OFF): PEOPLE | _EDGE,
}


def may_change(state: OperatorState, wanted: OperatorState, by: ChangedBy) -> bool:
    """Whether `by` may bring an operator from `state` to `wanted`."""
    return by in TRANSITIONS.get((state, wanted), frozenset())
