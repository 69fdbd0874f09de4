"""What the plan says of the edge: TLS, SRTP, trunks, limits on strangers, feature codes."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sip_config.fields import FeatureCode, Network, PlanPart, Port, SipName

Srtp = Literal["off", "optional", "required"]


class Tls(PlanPart):
    """SIP over TLS at the edge. The files are read by Kamailio alone."""

    port: Port = 5061
    certificate: Path  # PEM, relative to the plan; the chain behind it in the same file
    key: Path  # PEM


class Flood(PlanPart):
    """More requests than this from one address, and the address is banned for a while."""

    requests: Annotated[int, Field(ge=1, le=100_000)] = 1000  # a PBX brings 150 calls a second, scanners more
    within_s: Annotated[int, Field(ge=1, le=60)] = 2
    ban_s: Annotated[int, Field(ge=1, le=86_400)] = 300


class Trunk(PlanPart):
    """Where calls come from: known by address, or by a digest user (`hotline sip password`)."""

    addresses: tuple[Network, ...] = ()
    user: SipName | None = None
    most_calls: Annotated[int, Field(ge=1, le=100_000)] | None = (
        None  # at once; None: as many as there are lines
    )

    @model_validator(mode="after")
    def _is_known_by_something(self) -> Self:
        if not self.addresses and self.user is None:
            raise ValueError("a trunk is known by 'addresses' or by a digest 'user'; give one")
        return self


class Features(PlanPart):
    """What an operator dials: to change the own state, and in a conversation to pause the recording."""

    ready: FeatureCode = "*60"
    away: FeatureCode = "*61"
    off: FeatureCode = "*62"
    pause: FeatureCode = "*1"
    resume: FeatureCode = "*2"

    @model_validator(mode="after")
    def _differ(self) -> Self:
        codes = (self.ready, self.away, self.off, self.pause, self.resume)
        if any(one.startswith(other) for one, other in permutations(codes, 2)):
            raise ValueError("the feature codes must differ, and none may begin with another")
        return self


class Edge(PlanPart):
    """Kamailio before the lines: needed for more than one line, for phones that register, and for TLS."""

    realm: SipName = "hotline"  # of the digest passwords
    tls: Tls | None = None
    srtp: Srtp = "off"
    flood: Flood = Flood()
    most_calls_per_source: Annotated[int, Field(ge=1, le=100_000)] = (
        200  # at once, unless a trunk says otherwise
    )
    longest_registration_s: Annotated[int, Field(ge=30, le=86_400)] = 300
