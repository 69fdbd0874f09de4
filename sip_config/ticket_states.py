"""What a caller hears of the line's ticket (工单): a prompt for each state that it can be in."""

from __future__ import annotations

from typing import Final

from sip_config.fields import Id, PlanPart

STATES: Final = ("open", "assigned", "working", "arranged", "solved")  # of a ticket that is not closed


class TicketStates(PlanPart):
    """The prompts, and whose tickets are told. A state without a prompt is not told."""

    desks: tuple[Id, ...] = ()  # none: of all desks
    open: Id | None = None
    assigned: Id | None = None
    working: Id | None = None
    arranged: Id | None = None  # may say {until:date} and {until:time}
    solved: Id | None = None
    none: Id | None = None  # said where the number that was keyed in has no ticket; None: nothing is said

    def prompt_for(self, state: str | None) -> str | None:
        """What is said of a ticket's state; None: of a line without one."""
        prompt: str | None = getattr(self, state) if state else self.none
        return prompt
