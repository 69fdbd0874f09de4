"""G.722 at 64 kbit/s by libg722, of which the test phone uses the lower band: 8 kHz in and out."""

from __future__ import annotations

from collections.abc import Callable

import G722 as libg722  # noqa: N811 - the module's own name
import numpy as np

from callers.codec import Codec, Samples
from callers.g711 import CODECS as G711_CODECS

RATE_HZ, BITS_A_SECOND = 8000, 64_000


class G722Codec(Codec):
    """Each packet is understood by those before it."""

    def new_encoder(self) -> Callable[[Samples], bytes]:
        """What encodes one stream."""
        coder = libg722.G722(RATE_HZ, BITS_A_SECOND)
        return lambda samples: bytes(coder.encode(samples))

    def new_decoder(self) -> Callable[[bytes], Samples]:
        """What decodes one stream."""
        coder = libg722.G722(RATE_HZ, BITS_A_SECOND)
        return lambda payload: np.array(coder.decode(payload), np.int16)


G722 = G722Codec(name="G722", payload_type=9)
ALL_CODECS = {**G711_CODECS, "G722": G722}
