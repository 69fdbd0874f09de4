"""What the waveform is drawn from, and what masking is asked for."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ValidationError

from console.errors import BadInput


class Peaks(BaseModel):
    """For each channel the largest |sample| (0 to 1) of each of equally long spans."""

    duration_s: float
    channels: int  # 2: caller left, what the caller hears right; 1: mixed
    peaks: list[list[float]]


class MaskedChannel(StrEnum):
    """Whose voice is masked."""

    BOTH = "both"
    CALLER = "caller"
    OPERATOR = "operator"


class MaskWish(BaseModel, extra="forbid"):
    """A span to be masked, in seconds of the recording."""

    start_s: float
    end_s: float
    why: str
    channel: MaskedChannel = MaskedChannel.BOTH
    destroy: bool = False  # the original is not kept


class MaskedDocument(BaseModel):
    """The recording that is in force now."""

    call_id: str
    recording_sha256: str
    recording_path: str


def read_mask(*, start_s: str, end_s: str, channel: str, why: str, destroy: bool) -> MaskWish:
    """A wish from a form. Raises BadInput."""
    told = {"start_s": start_s, "end_s": end_s, "channel": channel or MaskedChannel.BOTH, "why": why}
    try:
        return MaskWish.model_validate({**told, "destroy": destroy})
    except ValidationError as error:
        wrong = "; ".join(f"{mistake['loc'][0]}: {mistake['msg']}" for mistake in error.errors())
        raise BadInput(wrong) from error
