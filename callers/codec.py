"""What a codec of the test phone is: 20 ms of samples to a payload and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]  # at 8 kHz


@dataclass(frozen=True, kw_only=True, slots=True)
class Codec(ABC):
    """An SDP name and its static payload type (RFC 3551). All have a byte for each 8 kHz sample."""

    name: str
    payload_type: int

    @abstractmethod
    def new_encoder(self) -> Callable[[Samples], bytes]:
        """What encodes one stream, packet after packet."""

    @abstractmethod
    def new_decoder(self) -> Callable[[bytes], Samples]:
        """What decodes one stream, packet after packet."""
