"""Time-based one-time passwords (RFC 6238): secrets, codes, and codes for when the phone is lost.

The secret is kept sealed with the newest key of the recordings (AES-GCM under a key of its own, derived by
HKDF, bound to the user); where there is no key it is kept as it is. It stands in no log and no message.
"""

from __future__ import annotations

import base64
import hmac
import io
import secrets
import time
from collections.abc import Sequence
from typing import Final

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.tokens import token_sha256
from ledger.errors import SettingsError
from recorder.keys import KeyRing, RecordingKey

STEP_S: Final = 30
DRIFT = (0, -1, 1)  # steps that a phone's clock may be off
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits, 16 characters of base32
NONCE_BYTES = 12
ISSUER = "Hotline"
PLAIN, SEALED = "plain", "sealed"


def new_secret() -> str:
    """160 bits in base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, at_s: float | None = None) -> int | None:
    """The step of a code, now or one step off; None: it is none. Takes the same time whatever the code is."""
    now_step = max(1, int((time.time() if at_s is None else at_s) // STEP_S))
    made = pyotp.TOTP(secret)
    given = code.replace(" ", "")
    fits = [
        now_step + drift
        for drift in DRIFT
        if hmac.compare_digest(made.generate_otp(now_step + drift).encode(), given.encode())
    ]
    return fits[0] if fits else None


def new_recovery_codes() -> list[str]:
    """Codes to be written down, in two groups that are easy to read."""
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    return [f"{code[:8]}-{code[8:]}" for code in codes]


def recovery_sha256(user_id: int, code: str) -> str:
    """What the ledger keeps of a recovery code; blanks, hyphens and case do not matter."""
    return token_sha256(f"{user_id}:{code.replace(' ', '').replace('-', '').upper()}")


def address_of(secret: str, name: str) -> str:
    """What an authenticator app reads (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture_of(address: str) -> bytes:
    """The address as a QR code: an SVG document of its own, dark on light in either scheme."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff")
    return drawn.getvalue()


def seal(secret: str, user_id: int, keys: KeyRing) -> str:
    """What the ledger keeps of a secret."""
    key = keys.newest
    if key is None:
        return f"{PLAIN}:{secret}"
    nonce = secrets.token_bytes(NONCE_BYTES)
    hidden = AESGCM(_derived(key)).encrypt(nonce, secret.encode(), str(user_id).encode())
    return f"{SEALED}:{key.id}:{base64.urlsafe_b64encode(nonce + hidden).decode()}"


def unseal(kept: str, user_id: int, keys: KeyRing) -> str:
    """The secret. Raises MissingKey where its key is not given, SettingsError where it was tampered with."""
    kind, _, rest = kept.partition(":")
    if kind == PLAIN:
        return rest
    key_id, _, text = rest.partition(":")
    blob = base64.urlsafe_b64decode(text)
    try:
        opened = AESGCM(_derived(keys.key(key_id))).decrypt(
            blob[:NONCE_BYTES], blob[NONCE_BYTES:], str(user_id).encode()
        )
    except InvalidTag as error:
        raise SettingsError("the second factor's secret was changed; reset it on /people") from error
    return opened.decode()


def hashes_of(user_id: int, codes: Sequence[str]) -> list[str]:
    """What the ledger keeps of recovery codes."""
    return [recovery_sha256(user_id, code) for code in codes]


def _derived(key: RecordingKey) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hotline totp secret 1").derive(key.secret)
