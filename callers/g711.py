"""G.711: A-law and mu-law by table, from the arithmetic of ITU-T G.711. Samples are int16 at 8 kHz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from callers.codec import Codec, Samples

SAMPLE_RATE_HZ = 8000
MULAW_BIAS = 132  # 33 in the recommendation's 14 bits, here at 16


@dataclass(frozen=True, kw_only=True, slots=True)
class G711(Codec):
    """One law: two tables."""

    decode_table: Samples = field(repr=False)  # 256 linear values
    encode_table: npt.NDArray[np.uint8] = field(repr=False)  # 65,536 codes, by the sample as uint16

    @property
    def silence(self) -> int:
        """The code of the quietest value."""
        return int(self.encode_table[0])

    def new_encoder(self) -> Callable[[Samples], bytes]:
        """No state: the table."""
        return self.encode

    def new_decoder(self) -> Callable[[bytes], Samples]:
        """No state: the table."""
        return self.decode

    def encode(self, samples: Samples) -> bytes:
        """One byte a sample."""
        return self.encode_table[samples.view(np.uint16)].tobytes()

    def decode(self, payload: bytes) -> Samples:
        """One sample a byte."""
        return self.decode_table[np.frombuffer(payload, np.uint8)]


def _alaw_values() -> Samples:
    code = np.arange(256) ^ 0x55  # even bits are inverted on the wire
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = np.where(
        exponent == 0, mantissa * 16 + 8, (mantissa * 16 + 264) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _mulaw_values() -> Samples:
    code = ~np.arange(256) & 0xFF  # all bits are inverted on the wire
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = ((mantissa * 8 + MULAW_BIAS) << exponent) - MULAW_BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _nearest_codes(values: Samples) -> npt.NDArray[np.uint8]:
    """For every int16 (as uint16) the code whose value is nearest."""
    order = np.argsort(values, kind="stable")
    ladder = values[order].astype(np.int32)
    limits = (ladder[1:] + ladder[:-1]) / 2
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16)
    return order[np.searchsorted(limits, samples, side="right")].astype(np.uint8)


def _codec(name: str, payload_type: int, values: Samples) -> G711:
    return G711(
        name=name, payload_type=payload_type, decode_table=values, encode_table=_nearest_codes(values)
    )


PCMU = _codec("PCMU", 0, _mulaw_values())
PCMA = _codec("PCMA", 8, _alaw_values())
CODECS = {"PCMA": PCMA, "PCMU": PCMU}
