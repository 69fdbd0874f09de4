"""The peer of a line: pjsua2 alone answers two callers, plays a file and records, with no code of ours.

`python -m bench.lines.bare_line PORT SOUND FOLDER RECORDERS`: 1 recorder takes the caller's leg, 2 also what
the caller hears.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pjsua2 as pj

calls: list[pj.Call] = []


class BareCall(pj.Call):  # type: ignore[misc]
    """Answered, played to and recorded until the caller hangs up."""

    def __init__(self, account: pj.Account, call_id: int, sound: str, folder: Path, recorders: int) -> None:
        super().__init__(account, call_id)
        self._sound, self._folder, self._recorders = sound, folder, recorders
        self._kept: list[object] = []

    def onCallMediaState(self, _prm: object) -> None:  # noqa: N802
        """Wire the player and the recorders."""
        if self._kept:
            return
        caller = self.getAudioMedia(-1)
        player = pj.AudioMediaPlayer()
        player.createPlayer(self._sound, 0)
        player.startTransmit(caller)
        self._kept.append(player)
        for place, source in enumerate([caller, player][: self._recorders]):
            recorder = pj.AudioMediaRecorder()
            recorder.createRecorder(str(self._folder / f"{id(self)}.{place}.wav"))
            source.startTransmit(recorder)
            self._kept.append(recorder)

    def onCallState(self, _prm: object) -> None:  # noqa: N802
        """Forget the call when it is over."""
        if self.getInfo().state == pj.PJSIP_INV_STATE_DISCONNECTED and self in calls:
            calls.remove(self)


class BareAccount(pj.Account):  # type: ignore[misc]
    """Answers every call."""

    def __init__(self, sound: str, folder: Path, recorders: int) -> None:
        super().__init__()
        self._with = (sound, folder, recorders)

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        """Send 200."""
        call = BareCall(self, prm.callId, *self._with)
        calls.append(call)
        answer = pj.CallOpParam(True)
        answer.statusCode = 200
        call.answer(answer)


def main(port: int, sound: str, folder: Path, recorders: int) -> None:
    """Serve for ever: pjsua2's own loop, 10 ms at a time."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.ecTailLen, config.medConfig.noVad = 0, True
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.port, transport.boundAddress = port, "127.0.0.1"
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.audDevManager().setNullDev()
    endpoint.libStart()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId == "PCMA/8000/1" else 0)
    account = BareAccount(sound, folder, recorders)
    identity = pj.AccountConfig()
    identity.idUri = f"sip:bare@127.0.0.1:{port}"
    account.create(identity)
    print("ready", flush=True)
    while True:
        endpoint.libHandleEvents(10)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
