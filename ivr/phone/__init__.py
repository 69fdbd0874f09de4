"""The only home of pjsua2. Its callbacks post frozen events; the rest of the ivr awaits them."""

from ivr.phone.audio import CallAudio
from ivr.phone.endpoint import LinePhone, PhoneSettings
from ivr.phone.incoming import Incoming
from ivr.phone.leg import Leg
from ivr.phone.players import write_silence

__all__ = ["CallAudio", "Incoming", "Leg", "LinePhone", "PhoneSettings", "write_silence"]
