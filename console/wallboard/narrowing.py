"""The wallboard of somebody who is held to desks or teams: those desks, those operators, nothing in sum."""

from __future__ import annotations

from dataclasses import replace

from console.sight import Sight
from console.wallboard.schemas import Snapshot
from console.wallboard.service import count_states


def narrow(board: Snapshot, sight: Sight | None) -> Snapshot:
    """What somebody sees of a snapshot. What is not counted by desk (calls, lines, surveys) is left out."""
    if sight is None:
        return board
    staff = tuple(one for one in board.staff if one.number in sight.operators)
    return replace(
        board,
        desks=tuple(
            replace(desk, operators=count_states(one for one in staff if one.number in desk.staff))
            for desk in board.desks
            if desk.id in sight.desks
        ),
        staff=staff,
        operators=count_states(staff),
        lines=None,
        in_progress=None,
        today=board.today.of_desks(sight.desks),
    )
