"""Which name servers a line asks."""

from __future__ import annotations

from pathlib import Path

from ivr.phone.nameservers import NOBODY, nameservers


def test_the_machines_servers_are_asked(tmp_path: Path) -> None:
    """IPv4 addresses in the file's order; comments, other keywords and IPv6 are passed over."""
    file = tmp_path / "resolv.conf"
    file.write_text("# nameserver 192.0.2.9\nsearch x\nnameserver\nnameserver ::1\nnameserver 192.0.2.1\n\n")
    assert nameservers(file) == ["192.0.2.1"]


def test_there_is_always_one(tmp_path: Path) -> None:
    """Without a file, or without an address in it: pjsip must not ask the system."""
    assert nameservers(tmp_path / "missing") == [NOBODY]
