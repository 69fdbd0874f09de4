"""What the waveform is drawn from."""

from __future__ import annotations

from pydantic import BaseModel


class Peaks(BaseModel):
    """For each channel the largest |sample| (0 to 1) of each of equally long spans."""

    duration_s: float
    channels: int  # 2: caller left, what the caller hears right; 1: mixed
    peaks: list[list[float]]
