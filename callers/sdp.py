"""Session descriptions (RFC 4566) and offer/answer (RFC 3264) for one audio stream with key events."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace

from callers.codec import Codec
from callers.errors import PhoneError
from callers.g722 import ALL_CODECS
from callers.sip_transport import is_numeric

EVENT_TYPE = 101  # the dynamic payload type that we offer for telephone-event
_STATIC_NAMES = {0: "PCMU/8000", 8: "PCMA/8000"}
_ANSWERS = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


class BadDescription(PhoneError):
    """The far end's SDP has no audio that the phone knows: offer PCMA or PCMU over RTP/AVP."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """The audio of one side, and the m= lines of media that we refuse."""

    host: str
    port: int
    codecs: tuple[Codec, ...]  # in order of preference
    event_type: int | None  # payload type of telephone-event/8000
    direction: str = "sendrecv"
    media: tuple[str, ...] = ("audio",)  # what every m= line says before the formats, ours is "audio"
    session_id: int = field(default_factory=lambda: secrets.randbelow(2**31))
    version: int = 1  # rises with every change

    @property
    def on_hold(self) -> bool:
        """Whether this side wants nothing sent to it."""
        return self.direction in ("sendonly", "inactive") or self.host == "0.0.0.0"  # noqa: S104 - RFC 3264 8.4


def offer(host: str, port: int, codecs: tuple[Codec, ...]) -> Description:
    """What we offer."""
    return Description(host=host, port=port, codecs=codecs, event_type=EVENT_TYPE)


def answer(theirs: Description, ours: Description, codecs: tuple[Codec, ...]) -> Description:
    """Our answer: one of `codecs`, their event type. Raises BadDescription where nothing is in common.

    `ours` is what we said last, or would offer: a changed answer gets the next version.
    """
    said = replace(
        ours,
        codecs=(common_codec(theirs, codecs),),
        event_type=theirs.event_type,
        direction=_ANSWERS[theirs.direction],
        media=theirs.media,
    )
    return said if said == ours else replace(said, version=ours.version + 1)


def common_codec(theirs: Description, ours: tuple[Codec, ...]) -> Codec:
    """The first of their codecs that we have too. Raises BadDescription."""
    for codec in theirs.codecs:
        if codec in ours:
            return codec
    raise BadDescription("no codec in common; offer PCMA or PCMU")


def to_body(description: Description) -> bytes:
    """The description as SDP."""
    family = "IP6" if ":" in description.host else "IP4"
    lines = [
        "v=0",
        f"o=- {description.session_id} {description.version} IN {family} {description.host}",
        "s=call",
        f"c=IN {family} {description.host}",
        "t=0 0",
    ]
    for medium in description.media:
        lines += _audio_lines(description) if medium == "audio" else [f"m={medium}"]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _audio_lines(description: Description) -> list[str]:
    types = [codec.payload_type for codec in description.codecs]
    lines = [f"a=rtpmap:{codec.payload_type} {codec.name}/8000" for codec in description.codecs]
    if description.event_type is not None:
        types.append(description.event_type)
        lines += [f"a=rtpmap:{types[-1]} telephone-event/8000", f"a=fmtp:{types[-1]} 0-15"]
    formats = " ".join(map(str, types))
    return [
        f"m=audio {description.port} RTP/AVP {formats}",
        *lines,
        "a=ptime:20",
        f"a={description.direction}",
    ]


def parse_body(body: bytes) -> Description:
    """The far end's first audio stream. Raises BadDescription."""
    text = body.decode("utf-8", "replace").replace("\r\n", "\n")
    session, *sections = re.split(r"(?m)^(?=m=)", text)
    chosen = next((i for i, section in enumerate(sections) if _is_our_audio(section)), None)
    if chosen is None:
        raise BadDescription("the far end describes no audio over RTP/AVP; offer PCMA or PCMU")
    audio = sections[chosen]
    port, types = _first_line(audio)
    host = _host(audio) or _host(session) or ""
    if port > 65535 or not is_numeric(host):
        raise BadDescription(f"no audio can be sent to {host!r} port {port}; write an IP address and a port")
    names = _STATIC_NAMES | {int(m[1]): m[2] for m in re.finditer(r"(?m)^a=rtpmap:(\d+) (\S+)", audio)}
    return Description(
        host=host,
        port=port,
        codecs=tuple(_codecs(types, names)),
        event_type=_event_type(types, names),
        direction=_direction(audio) or _direction(session) or "sendrecv",
        media=tuple("audio" if i == chosen else _refused(s) for i, s in enumerate(sections)),
    )


def _is_our_audio(section: str) -> bool:
    return re.match(r"m=audio [1-9]\d*(?:/\d+)? RTP/AVP \d", section) is not None


def _first_line(audio: str) -> tuple[int, list[int]]:
    words = audio.splitlines()[0].split()
    return int(words[1].split("/")[0]), [int(word) for word in words[3:] if word.isdigit()]


def _codecs(types: list[int], names: dict[int, str]) -> list[Codec]:
    known = [names.get(number, "").upper().split("/")[:2] for number in types]
    found = [ALL_CODECS.get(words[0]) for words in known if words[1:] == ["8000"]]
    return [codec for codec in found if codec is not None]


def _event_type(types: list[int], names: dict[int, str]) -> int | None:
    matching = (number for number in types if names.get(number, "").lower() == "telephone-event/8000")
    return next(matching, None)


def _host(section: str) -> str | None:
    found = re.search(r"(?m)^c=IN IP[46] ([^\s/]+)", section)
    return found[1] if found else None


def _direction(section: str) -> str | None:
    found = re.search(r"(?m)^a=(sendrecv|sendonly|recvonly|inactive)\s*$", section)
    return found[1] if found else None


def _refused(section: str) -> str:
    words = section.splitlines()[0].removeprefix("m=").split()
    return " ".join([words[0], "0", *words[2:]])  # RFC 3264 6: a refused stream keeps its place with port 0
