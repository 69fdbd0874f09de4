"""Calls that the hotline places itself: call-backs (回访), and callers who are put through to a number."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, Field

from sip_config.fields import Dialable, Id, PlanPart, Seconds, SipUri, check_sip_uri

NUMBER = "{number}"
_EXAMPLE = "10050"


def _check_address(value: str) -> str:
    """An address with the place of the number; with a number it is a SIP address."""
    if value.count(NUMBER) != 1:
        raise ValueError(f"{value!r} must hold {NUMBER} once, e.g. sip:{NUMBER}@192.0.2.5:5060")
    check_sip_uri(value.replace(NUMBER, _EXAMPLE))
    return value


OutboundAddress = Annotated[str, AfterValidator(_check_address)]


class Outbound(PlanPart):
    """Where the lines send calls out, and how many of their places those may take."""

    address: OutboundAddress  # of the exchange that takes them: sip:{number}@HOST:PORT
    caller_id: Dialable  # the number that the called person sees
    desk: Id | None = None  # of campaigns that name no other
    ring_s: Annotated[Seconds, Field(ge=5, le=180)] = 30.0
    calls_at_once: Annotated[int, Field(ge=1, le=1000)] = 10  # of call-backs, on all lines together
    share: Annotated[float, Field(gt=0, le=1)] = 0.5  # of all places for callers that call-backs may take
    keep_free: Annotated[int, Field(ge=0, le=1000)] = 1  # places for callers that no call-back takes

    def uri(self, number: str) -> SipUri:
        """What is dialled for a number."""
        return self.address.replace(NUMBER, number)

    def most_calls(self, places: int) -> int:
        """How many call-backs may run at once where all serving lines have so many places together."""
        return min(self.calls_at_once, math.floor(self.share * places))
