"""A caller made of pjsip, for what our test phone does not speak: SRTP.

`python -m tests.torture.pjsip_caller URI TONE.wav off|required` calls, says the tone again and again, prints
the answering side's audio address once it is known, and hangs up when its standard input ends.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pjsua2 as pj

USE = {"off": pj.PJMEDIA_SRTP_DISABLED, "required": pj.PJMEDIA_SRTP_MANDATORY}


class Caller(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    """Says a tone as soon as there is audio."""

    def __init__(self, account: pj.Account, tone: Path) -> None:
        super().__init__(account)
        self._tone = tone
        self._player = pj.AudioMediaPlayer()
        self.is_over = False

    def onCallMediaState(self, _prm: object) -> None:  # noqa: N802
        """Negotiated."""
        self._player.createPlayer(str(self._tone))
        self._player.startTransmit(self.getAudioMedia(-1))
        sys.stdout.write(f"{self.getStreamInfo(0).remoteRtpAddress}\n")
        sys.stdout.flush()

    def onCallState(self, _prm: object) -> None:  # noqa: N802
        """Ended, or refused."""
        self.is_over = self.getInfo().state == pj.PJSIP_INV_STATE_DISCONNECTED


def main(uri: str, tone: str, srtp: str) -> None:
    """One call."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, True
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.noVad = True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    transport_id = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.audDevManager().setNullDev()
    endpoint.libStart()
    account_config = pj.AccountConfig()
    account_config.idUri = "sip:13800000007@127.0.0.1"
    account_config.sipConfig.transportId = transport_id
    account_config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account_config.mediaConfig.srtpUse = USE[srtp]
    account_config.mediaConfig.srtpSecureSignaling = 0
    account = pj.Account()
    account.create(account_config)
    call = Caller(account, Path(tone))
    call.makeCall(uri, pj.CallOpParam(True))
    told = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
    while not told.is_set() and not call.is_over:
        endpoint.libHandleEvents(10)
    if not call.is_over:
        call.hangup(pj.CallOpParam())
    while not call.is_over:
        endpoint.libHandleEvents(10)
    os._exit(0)  # pjsua2's objects die in no order that pjsip likes


if __name__ == "__main__":
    main(*sys.argv[1:])
