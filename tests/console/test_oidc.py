"""Signing in at a provider: against a real one on loopback, and with ID tokens that will not do."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from console.app import create_app
from console.errors import ProviderAway, ProviderRefused
from console.oidc.keys import read_keys
from console.oidc.provider import Provider, _ask
from console.oidc.schemas import Attempt, Metadata
from console.signin.visitors import SESSION_COOKIE
from console.tokens import csrf_token
from ledger import audit, users
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.settings import Oidc, Settings
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import serve, sign_in
from tests.console.provider.running import SECRET, free_port, running, sign_in_there


@dataclass(frozen=True, kw_only=True)
class Place:
    """The console, whoever visits it, and the provider."""

    url: str
    client: httpx.Client
    issuer: str
    ledger: Ledger

    def go(self, login: str, next_path: str = "/rounds") -> str:
        """From the button to the provider and through its pages; the way back."""
        left = self.client.get("/sign-in/provider", params={"next": next_path})
        assert left.status_code == 303
        with httpx.Client(verify=False, timeout=120) as browser:
            return sign_in_there(browser, left.headers["location"], login)


@pytest.fixture
def place(settings: Settings, ledger: Ledger, tmp_path: Path) -> Iterator[Place]:
    """A console that knows the provider, which knows it."""
    port, secret = free_port(), tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    changed = {
        "oidc_issuer": f"http://127.0.0.1:{port}",
        "oidc_client_id": "hotline",
        "oidc_secret_file": secret,
        "oidc_roles": "qc-admins=administrator, qc=monitor",
        "oidc_desk_claim": "desks",
    }
    app = create_app(settings.model_copy(update=changed), ledger, seeding.SWITCHBOARD)
    with (
        serve(app) as url,
        running(port, f"{url}/sign-in/provider/back"),
        httpx.Client(base_url=url, verify=False, timeout=120) as client,
    ):
        yield Place(url=url, client=client, issuer=changed["oidc_issuer"], ledger=ledger)


def test_somebody_signs_in_at_the_provider(place: Place) -> None:
    """A user is made with role and desks, has no password, cannot reuse the answer, and signs out there."""
    assert "/sign-in/provider?next=" in place.client.get("/sign-in").text
    back = place.go("wei")
    kept = dict(place.client.cookies)
    entered = place.client.get(back)
    assert (entered.status_code, entered.headers["location"]) == (303, "/rounds")
    assert place.client.get("/calls").status_code == 200
    with place.ledger.reading() as session:
        wei, password_hash = users.find_user(session, "wei") or pytest.fail("nobody was made")
        told = [row.action for row in audit.find(session, user="wei")]
    assert (wei.role, wei.desks, wei.display_name, password_hash) == (
        UserRole.MONITOR,
        {"faults"},
        "魏质监",
        "",
    )
    assert told == ["user_added", "signed_in"]
    token = place.client.cookies[SESSION_COOKIE]
    assert "动态口令在那里管理" in place.client.get("/me").text
    policy = place.client.get("/me").headers["content-security-policy"]
    assert f"form-action 'self' {place.issuer};" in policy
    out = place.client.post("/sign-out", data={"csrf": csrf_token(token)})
    assert out.headers["location"].startswith(f"{place.issuer}/session/end?client_id=hotline&")
    assert httpx.get(out.headers["location"], verify=False).status_code == 200
    assert place.client.get("/calls").status_code == 303
    assert "那边的登录还没有结束" not in place.client.get("/sign-in").text
    place.client.cookies.update(kept)
    assert place.client.get(back).status_code == 403  # the code was used
    for password in ("", "any"):
        assert sign_in(place.client, name="wei", password=password).status_code == 401


def test_what_the_provider_does_not_vouch_for_is_refused(place: Place) -> None:
    """No role, another user's name, another browser's answer, a changed state, a refusal, a disabled user."""
    assert place.client.get(place.go("guest")).status_code == 403
    assert place.client.get(place.go("thief")).status_code == 409
    with place.ledger.reading() as session:
        assert users.count_users(session) == 1  # li, who is still the one with a password
    back = place.go("lou")
    mine = place.client.cookies["hotline_provider"]
    place.client.cookies.set("hotline_provider", "another")
    assert place.client.get(back).status_code == 403
    place.client.cookies.clear()
    assert place.client.get(back).status_code == 403
    place.client.cookies.set("hotline_provider", mine)
    query = parse_qs(urlsplit(back).query)
    state = query["state"][0]
    for changed in (state[:-2], "x" + state[1:], state.partition(".")[0] + ".L2V2aWw"):
        assert place.client.get(back.replace(state, changed)).status_code == 403
    refused = {"error": "access_denied", "state": state}
    assert place.client.get("/sign-in/provider/back", params=refused).status_code == 403
    elsewhere = {"code": "x", "state": state, "iss": "https://evil.example"}
    assert place.client.get("/sign-in/provider/back", params=elsewhere).status_code == 403
    assert place.client.get(back).status_code == 303
    with place.ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.ADMINISTRATOR)
        users.set_disabled(session, users.named(session, "lou").id, disabled=True)
    assert place.client.get("/calls").status_code == 303
    assert place.client.get(place.go("lou")).status_code == 403


def test_where_no_provider_is_configured_there_is_none(stranger: httpx.Client) -> None:
    """No button, no way there, none back."""
    assert "/sign-in/provider" not in stranger.get("/sign-in").text
    for path in ("/sign-in/provider", "/sign-in/provider/back?code=x&state=y"):
        assert stranger.get(path).status_code == 404


ISSUER, CLIENT = "https://provider.example", "hotline"
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "a"})


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """One whose published key is KEY."""
    oidc = Oidc(
        issuer=ISSUER,
        client_id=CLIENT,
        client_secret=SecretStr("x"),
        title="x",
        scope="openid",
        name_claim="preferred_username",
        role_claim="roles",
        roles=(),
        desk_claim="",
        team_claim="",
    )
    made = Provider(oidc)
    metadata = Metadata(issuer=ISSUER, authorization_endpoint="x", token_endpoint="x", jwks_uri="x")
    keys = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
    monkeypatch.setattr(made, "_published", lambda *, anew=False: (metadata, keys))
    return made


def claims(**changed: object) -> dict[str, object]:
    """What a good ID token says, but for what is changed; None takes a claim away."""
    at = int(time.time())
    whole = {"iss": ISSUER, "aud": CLIENT, "sub": "1", "iat": at, "exp": at + 300, "nonce": "n", **changed}
    return {name: value for name, value in whole.items() if value is not None}


def test_a_good_id_token_is_read(provider: Provider) -> None:
    """Signed with the published key, for us, now, with our nonce."""
    raw = jwt.encode({"alg": "RS256", "kid": "a"}, claims(aud=[CLIENT]), KEY)
    assert provider.read_id_token(raw, "n")["sub"] == "1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"iat": int(time.time()) + 3600},
    ],
)
def test_an_id_token_that_says_something_else_will_not_do(
    provider: Provider, changed: dict[str, object]
) -> None:
    """Another issuer, audience, time or nonce, or none."""
    raw = jwt.encode({"alg": "RS256", "kid": "a"}, claims(**changed), KEY)
    with pytest.raises(ProviderRefused):
        provider.read_id_token(raw, "n")


def test_an_id_token_signed_otherwise_will_not_do(provider: Provider) -> None:
    """By another key of the same name, with the public key as a shared secret, not at all, or torn."""
    good = jwt.encode({"alg": "RS256", "kid": "a"}, claims(), KEY)
    head, body, signature = good.split(".")
    forged = (
        jwt.encode({"alg": "RS256", "kid": "a"}, claims(), OTHER),
        signed_with(KEY.as_pem(private=False), body),
        "eyJhbGciOiJub25lIn0." + body + ".",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}",
        "",
    )
    for raw in forged:
        with pytest.raises(ProviderRefused):
            provider.read_id_token(raw, "n")


def test_keys_that_we_cannot_read_are_left_out() -> None:
    """Unknown kinds and curves beside a good one do no harm; without a good one a sentence says so."""
    odd = (
        {"kty": "XXX", "kid": "a"},
        {"kty": "EC", "crv": "P-999", "x": "AQAB", "y": "AQAB"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {},
        7,
    )
    keys = read_keys({"keys": [*odd, KEY.as_dict(private=False)]}, "x")
    assert [key.kid for key in keys] == ["a"]
    for told in ({}, {"keys": None}, {"keys": "x"}, {"keys": []}, {"keys": list(odd)}):
        with pytest.raises(ProviderAway, match="no key that we can read"):
            read_keys(told, "x")


def test_a_token_that_does_not_name_one_of_several_keys_will_not_do(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the first nor any other is tried for it."""
    metadata, keys = provider._published()
    two = KeySet([*keys, RSAKey.generate_key(2048, {"kid": "b"})])
    monkeypatch.setattr(provider, "_published", lambda *, anew=False: (metadata, two))
    with pytest.raises(ProviderRefused):
        provider.read_id_token(jwt.encode({"alg": "RS256"}, claims(), KEY), "n")


def test_an_address_that_is_none_is_told_in_a_sentence(provider: Provider) -> None:
    """As a provider that does not answer."""
    for address in ("http://[", "x", "http://127.0.0.1:1/", "http://a b/"):
        with pytest.raises(ProviderAway, match="does not answer"):
            _ask("GET", address)
    assert provider.sign_out_address("x") is None


def signed_with(secret: bytes, body: str) -> str:
    """HS256 by hand, with what no library takes for a shared secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"a"}').rstrip(b"=").decode()
    mac = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_an_attempt_is_the_browsers_own() -> None:
    """State, nonce and verifier differ from attempt to attempt; none can be told from another."""
    one, two = Attempt.begin(), Attempt.begin()
    assert len({one.nonce, one.verifier, one.challenge, two.nonce, two.verifier, two.challenge}) == 6
    assert len(one.verifier) == 43
    assert one.next_path(one.state("/rounds")) == "/rounds"
    assert one.next_path(one.state("https://evil.example")) == "/calls"
    assert two.next_path(one.state("/rounds")) is None
    assert Attempt("").next_path(Attempt("").state("/rounds")) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_issuer": "http://provider.example"},
        {"oidc_client_id": ""},
        {"oidc_roles": "qc=emperor"},
        {"oidc_secret_file": Path("/nowhere/at/all")},
    ],
)
def test_settings_that_will_not_do_are_told_at_start(changed: dict[str, object]) -> None:
    """One sentence, before anybody signs in."""
    good = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_roles": "qc=monitor"}
    assert Settings(**good).oidc  # type: ignore[arg-type]
    with pytest.raises(SettingsError):
        _ = Settings(**{**good, **changed}).oidc  # type: ignore[arg-type]
