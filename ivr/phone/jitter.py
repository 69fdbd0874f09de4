"""How pjsip bridges jitter: packets wait, so that late ones come in time, and nothing is ever cut out.

Left alone, pjsip's buffer shortens the wait by leaving out 10 ms of speech every few seconds, until a packet
is missed, and then waits anew: what is captured moves by 10 to 60 ms all the time, also on a faultless
network. Without that the wait is constant to the millisecond. It grows where packets come later than the
buffer waits, up to LONGEST_WAIT_MS, and is taken out of the recording (recorder/timeline.py).
"""

from __future__ import annotations

import json

import pjsua2 as pj

WAIT_MS = 60  # at the beginning, and after a silence in which no packets came
LONGEST_WAIT_MS = 240
_CUT_NOTHING_OUT = 0  # PJMEDIA_JB_DISCARD_NONE


def set_jitter_buffer(media: pj.MediaConfig) -> None:
    """Set everything about the jitter buffer.

    Python cannot assign pjsua2's `jbDiscardAlgo`, a C enumeration; its own JSON reader can.
    """
    media.jbInit = media.jbMinPre = media.jbMaxPre = WAIT_MS
    media.jbMax = LONGEST_WAIT_MS
    written, changed = pj.JsonDocument(), pj.JsonDocument()
    written.writeObject(media)
    settings = json.loads(written.saveString())
    settings["MediaConfig"]["jbDiscardAlgo"] = _CUT_NOTHING_OUT
    changed.loadString(json.dumps(settings))
    changed.readObject(media)
