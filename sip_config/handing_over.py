"""What the plan says of callers whom an operator hands over: to the read-back (自动报号), to another desk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sip_config.fields import Id, PlanPart, Seconds


class ReadBackSettings(PlanPart):
    """Reading a number of the directory out, once the operator is free again."""

    prompt: Id = "read-back"  # says {number:digits}
    again: Id = "read-back-again"  # the same, from the second time on
    times: Annotated[int, Field(ge=1, le=5)] = 2
    pause_s: Annotated[float, Field(ge=0, le=10)] = 0.8  # between two times
    offers: bool = True  # to say it again, and to put the caller through
    offer: Id = "read-back-offer"
    offer_connect: Id = "read-back-connect-offer"  # where callers may be put through
    wait_s: Annotated[Seconds, Field(le=60)] = 4.0  # after the offer
    most_repeats: Annotated[int, Field(ge=0, le=20)] = 3
    connects: bool = True  # as far as the plan has `outbound`
    connecting: Id = "connecting"
    ringing: Id = "hold-music"
    not_connected: Id = "not-connected"
    records_connected: bool = False  # what caller and called person say to each other
    wraps_up: bool = False  # the operator has the desk's `wrap_up_s`, as after other conversations
    reason: Id | None = "found"  # with which the conversation is wrapped up, where the desk has it


class TransferSettings(PlanPart):
    """Going on to another desk."""

    prompt: Id = "transferring"
    head_start_s: Annotated[float, Field(ge=0, le=3600)] = 60.0  # ranks as if it had waited so much longer
