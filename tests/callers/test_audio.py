"""G.711, RTP, key events, the heard timeline and what is heard in it."""

from __future__ import annotations

import asyncio
import math
import socket
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callers.call_media import CallMedia
from callers.dtmf import KeyPress, KeysHeard, UnknownKey, check_keys, event_payloads, parse_info
from callers.g711 import CODECS, PCMA, PCMU
from callers.heard_audio import HeardAudio
from callers.hearing import (
    SPEECH_DB,
    KnownSpeech,
    bands_db,
    has_tone,
    level_db,
    levels_db,
    tone,
    tone_share,
)
from callers.rtp import Packet, pack, unpack

ALL_SAMPLES = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)


# -- G.711


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
def test_every_code_survives(codec):
    """Decoding a code and encoding the value gives a code of the same value, for all 256."""
    codes = bytes(range(256))
    values = codec.decode(codes)
    assert np.array_equal(codec.decode(codec.encode(values)), values)


@pytest.mark.parametrize(("codec", "most"), [(PCMA, 512), (PCMU, 644)], ids=["PCMA", "PCMU"])
def test_error_is_within_half_a_step(codec, most):
    """Every sample comes back within half a step, or clipped at the law's largest value."""
    decoded = codec.decode(codec.encode(ALL_SAMPLES)).astype(int)
    error = np.abs(decoded - ALL_SAMPLES)
    assert error.max() <= most
    small = np.abs(ALL_SAMPLES.astype(int)) < 256
    assert error[small].max() <= 8


def test_known_codes():
    """Codes that ITU-T G.711 prints: silence, the extremes and a value between."""
    assert PCMA.encode(np.array([0], np.int16)) == b"\xd5"
    assert PCMU.encode(np.array([0], np.int16)) == b"\xff"
    assert PCMA.decode(b"\xaa\x2a").tolist() == [32256, -32256]
    assert PCMU.decode(b"\x80\x00").tolist() == [32124, -32124]


# -- RTP and keys


@given(st.binary(max_size=200))
def test_any_datagram_is_a_packet_or_none(data):
    """No datagram whatever makes the reader fail."""
    packet = unpack(data)
    assert packet is None or len(packet.payload) <= len(data)


@given(
    st.integers(0, 63),
    st.booleans(),
    st.integers(0, 65535),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=160),
)
def test_packets_survive_the_wire(payload_type, marker, sequence, timestamp, payload):
    """What is packed is unpacked the same."""
    packet = Packet(payload_type, marker, sequence, timestamp, 0xCAFE, payload)
    assert unpack(pack(packet)) == packet


def test_header_extras_are_skipped():
    """Contributing sources, an extension and padding are no audio."""
    data = bytes([0xB1, 8]) + bytes(10) + b"CSRC" + b"\xbe\xde\x00\x01EXTN" + b"audio" + b"\x00\x00\x03"
    packet = unpack(data)
    assert packet is not None
    assert packet.payload == b"audio"


def test_rtcp_is_no_rtp():
    """A sender report that strays onto the audio port is not taken for audio."""
    assert unpack(b"\x80\xc8" + bytes(26)) is None


def test_a_key_on_the_wire():
    """A key of 100 ms: five growing durations, the end three times, then the rest of the pause."""
    payloads = [payload for payload, _ in event_payloads(KeyPress(key="#", duration_ms=100, pause_ms=100))]
    events = [payload for payload in payloads if payload]
    assert [int.from_bytes(event[2:], "big") for event in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [event[1] >> 7 for event in events] == [0, 0, 0, 0, 1, 1, 1]
    assert {event[0] for event in events} == {11}
    assert len(payloads) == 10


def test_lost_and_late_key_packets():
    """One packet of an event is enough to hear a key, and a late packet of an old one adds none."""
    heard = KeysHeard()
    last = [payload for payload, _ in event_payloads(KeyPress(key="5"))][6]
    heard.take_event(1, 1000, last)
    first = next(event_payloads(KeyPress(key="6")))[0]
    heard.take_event(1, 5000, first)
    heard.take_event(1, 1000, last)
    heard.take_event(1, 5000, b"\x63\x80\x00\xa0")  # an event that no phone has
    assert [key.key for key in heard.keys] == ["5", "6"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"Signal=5\r\nDuration=160\r\n", "5"),
        (b"Signal= *\nDuration= 250", "*"),
        (b"signal=#", "#"),
        (b"Signal=12", None),
        (b"\xff\xfe", None),
    ],
)
def test_info_bodies(body, key):
    """INFO bodies as phones write them are read, others report no key."""
    heard = parse_info(body)
    assert (heard.key if heard else None) == key


def test_a_phone_has_no_such_key():
    """A key that no phone has is refused before anything is sent."""
    with pytest.raises(UnknownKey, match="'X'"):
        check_keys("12x")


# -- the heard timeline


def packets(samples, *, first=0, ssrc=7, timestamp=1000):
    """A-law packets of 20 ms."""
    return [
        Packet(8, False, first + i, timestamp + i * 160, ssrc, PCMA.encode(samples[i * 160 : (i + 1) * 160]))
        for i in range(len(samples) // 160)
    ]


def test_losses_are_silence_in_their_place():
    """A lost packet leaves 20 ms of silence; what follows keeps its place, even out of order."""
    heard = HeardAudio()
    heard.begin(100.0)
    sound = tone(440, 0.2)
    sent = packets(sound)
    for i in (0, 1, 4, 3, 5, 6, 7, 8, 9):  # 2 is lost, 3 and 4 are swapped
        heard.add_audio(sent[i], 100.0 + 0.02 * max(i, 4 if i == 3 else 0), PCMA)
    audio = heard.audio(100.2)
    expected = PCMA.decode(PCMA.encode(sound))
    expected[320:480] = 0
    assert np.array_equal(audio, expected)
    slots = heard.slots(100.2)
    assert (slots.count, slots.lost, slots.late) == (10, 1, 1)


def test_a_packet_60_ms_late_is_counted():
    """A packet more than 40 ms after its due time makes its slot late; one 39 ms late does not."""
    heard = HeardAudio()
    heard.begin(0.0)
    delays = {10: 0.060, 20: 0.039}
    for i, packet in enumerate(packets(tone(440, 1.0))):
        heard.add_audio(packet, 5.0 + 0.02 * i + delays.get(i, 0.0), PCMA)
    slots = heard.slots(6.0)
    assert (slots.count, slots.late, slots.lost) == (50, 1, 0)
    assert slots.lateness_s[10] == pytest.approx(0.06)
    assert slots.late_share == pytest.approx(0.02)


def test_silence_after_the_last_packet_counts():
    """Slots that were due until the end of the call and never came are late."""
    heard = HeardAudio()
    heard.begin(0.0)
    for i, packet in enumerate(packets(tone(440, 1.0))):
        heard.add_audio(packet, 0.02 * i, PCMA)
    slots = heard.slots(2.0)
    assert slots.count == 97  # a hundred less the three that may still be on their way
    assert slots.lost == 47


def test_a_new_source_begins_a_new_schedule():
    """After a new SSRC or a jump of the clock, audio stands where it was heard."""
    heard = HeardAudio()
    heard.begin(0.0)
    for i, packet in enumerate(packets(tone(440, 0.2))):
        heard.add_audio(packet, 0.02 * i, PCMA)
    for i, packet in enumerate(packets(tone(1000, 0.2), ssrc=8, timestamp=4_000_000_000)):
        heard.add_audio(packet, 0.5 + 0.02 * i, PCMA)
    for i, packet in enumerate(packets(tone(2000, 0.2), ssrc=8, timestamp=12345)):
        heard.add_audio(packet, 1.0 + 0.02 * i, PCMA)
    audio = heard.audio(1.2)
    assert has_tone(audio[0:1600], 440)
    assert has_tone(audio[4000:5600], 1000)
    assert has_tone(audio[8000:9600], 2000)
    assert not audio[1600:4000].any()


def test_timestamps_wrap():
    """A stream whose timestamp passes 2**32 goes on without a gap."""
    heard = HeardAudio()
    heard.begin(0.0)
    for i, packet in enumerate(packets(tone(440, 0.4), timestamp=2**32 - 800)):
        wrapped = Packet(8, False, i, packet.timestamp % 2**32, 7, packet.payload)
        heard.add_audio(wrapped, 0.02 * i, PCMA)
    assert heard.slots(0.4).late == 0
    assert tone_share(heard.audio(0.4), 440) > 0.99


def test_what_came_before_the_answer_is_no_part():
    """Early media is not in what was heard since the answer, nor is it the first audio."""
    heard = HeardAudio()
    for i, packet in enumerate(packets(tone(440, 0.4))):
        if i == 10:
            heard.begin(10.2)
        heard.add_audio(packet, 10.0 + 0.02 * i, PCMA)
    assert heard.first_audible_s == pytest.approx(10.2)
    assert len(heard.audio(10.4)) == 1600
    assert np.all(heard.levels(10.4) > SPEECH_DB)


def test_kernel_stamps_the_arrival(run):
    """A packet's arrival is the kernel's: work that holds the loop up does not make the far end late."""

    async def scene():
        media = CallMedia("127.0.0.1")
        media.heard.begin(time.monotonic())
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        first, second = packets(tone(440, 0.04))
        arrived: list[float] = []
        both = asyncio.Event()
        take = media.heard.add_audio

        def note(packet, arrival_s, codec):
            arrived.append(arrival_s)
            take(packet, arrival_s, codec)
            if len(arrived) == 2:
                both.set()

        media.heard.add_audio = note
        for packet in (first, second):
            sender.sendto(pack(packet), ("127.0.0.1", media.socket.port))
        until_s = time.monotonic() + 0.1
        while time.monotonic() < until_s:  # the loop is held up while both packets lie in the kernel
            pass
        await both.wait()
        now_s = time.monotonic()
        media.close()
        sender.close()
        return [now_s - moment for moment in arrived]

    ages_s = run(scene())
    assert all(age_s >= 0.095 for age_s in ages_s)


# -- hearing


@pytest.mark.parametrize("level", [-6.0, -20.0, -40.0])
def test_levels_are_told_in_db(level):
    """A tone's level comes out as it was made."""
    assert level_db(tone(1000, 0.5, level)) == pytest.approx(level, abs=0.1)
    assert levels_db(tone(1000, 0.5, level)) == pytest.approx(level, abs=0.1)


def test_tones_are_told_apart():
    """440 Hz is not 480 Hz, noise is neither, and silence has no tone."""
    noise = np.random.default_rng(1).normal(0, 3000, 800).astype(np.int16)
    assert has_tone(tone(440, 0.1), 440)
    assert not has_tone(tone(480, 0.1), 440)
    assert not has_tone(noise, 440)
    assert not has_tone(np.zeros(800, np.int16), 440)
    assert math.isclose(tone_share(tone(1000, 0.1), 1000), 1.0, abs_tol=0.01)


def babble(seed: int, duration_s: float):
    """Noise whose loudness and colour change like syllables."""
    rng = np.random.default_rng(seed)
    parts = []
    while sum(map(len, parts)) < duration_s * 8000:
        length = int(rng.integers(600, 2400))
        hz = rng.uniform(150, 3000)
        moments = np.arange(length) / 8000
        syllable = np.sin(2 * np.pi * hz * moments) + 0.3 * rng.normal(size=length)
        parts += [
            syllable * np.hanning(length) * rng.uniform(1500, 9000),
            np.zeros(int(rng.integers(80, 900))),
        ]
    return np.concatenate(parts)[: int(duration_s * 8000)].astype(np.int16)


def listen(known, heard, **options):
    """Frames after which a known stretch was over, hearing frame by frame; None where it never was."""
    speech = KnownSpeech(known, 0, **options)
    levels, bands = levels_db(heard), bands_db(heard)
    for frames in range(1, len(levels) + 1):
        if speech.heard_whole(levels[:frames], bands[:frames], 15):
            return frames
    return None


def test_known_speech_is_found_after_music_and_prompts():
    """The known turn is recognised at its end, through A-law and half a frame off, not before."""
    turn = babble(1, 2.0)
    before = np.concatenate([babble(2, 5.0), tone(440, 2.0), babble(3, 3.0), np.zeros(4000 + 80, np.int16)])
    heard = np.concatenate([before, turn, np.zeros(8000, np.int16)])
    found = listen(turn, PCMA.decode(PCMA.encode(heard)), only_by_likeness=True)
    assert found is not None
    assert 0.2 <= found * 0.02 - (len(before) + len(turn)) / 8000 <= 0.45


def test_other_speech_is_not_the_known_one():
    """Other speech and music of any length are never taken for the first turn."""
    heard = np.concatenate([babble(seed, 3.0) for seed in range(10, 20)] + [np.zeros(8000, np.int16)])
    assert listen(babble(1, 2.0), heard, only_by_likeness=True) is None


def test_a_cut_first_syllable_is_forgiven():
    """The turn is recognised although its first 200 ms were lost while the legs were joined."""
    turn = babble(1, 2.5)
    heard = np.concatenate([np.zeros(8000, np.int16), turn, np.zeros(8000, np.int16)])
    heard[: 8000 + 1600] = 0
    assert listen(turn, heard, only_by_likeness=True) is not None


def test_garbled_speech_counts_by_its_length():
    """Later turns are over when most of their speech was heard and it is quiet."""
    assert listen(babble(1, 2.0), np.concatenate([babble(5, 2.0), np.zeros(16000, np.int16)])) is not None
    assert listen(babble(1, 2.0), np.concatenate([babble(5, 0.5), np.zeros(16000, np.int16)])) is None
