"""sipvicious, the scanner that every SIP port on the open net meets within the hour."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from hotline.ports import free_port

PATIENCE_S = 1  # how long it goes on without any answer
HANGS_S = 60.0
EXTENSIONS = "112-116,8000-8003"
PASSWORDS = ("1234", "secret", "8001", "password", "admin")


async def scan(tool: str, port: int, folder: Path, *options: str, host: str = "127.0.0.1") -> str:
    """What a tool prints of its scan: a table, or nothing. It keeps its sessions in `folder`."""
    command = [str(Path(sys.executable).parent / f"sipvicious_{tool}"), "-p", str(port), "-b", host]
    command += ["-P", str(free_port()), *options]  # so that several run at once
    process = await asyncio.create_subprocess_exec(
        *command,
        "127.0.0.1",
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), HANGS_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode != 2, f"{tool} does not know its options: {command}"
    return out.decode()


async def scan_extensions(port: int, folder: Path, method: str, host: str = "127.0.0.1") -> set[str]:
    """The extensions that svwar believes in."""
    options = ("--force", "-m", method, "-e", EXTENSIONS, "-t", "0.01", "--maximumtime", str(PATIENCE_S))
    table = await scan("svwar", port, folder, *options, host=host)
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    return set(rows) - {"Extension"}


async def crack(port: int, folder: Path, user: str, host: str = "127.0.0.1") -> str:
    """What svcrack prints after trying a short list of passwords."""
    words = folder / "passwords"
    words.write_text("\n".join(PASSWORDS))
    options = ("-u", user, "-d", str(words), "-t", "0.01", "--maximumtime", str(PATIENCE_S))
    return await scan("svcrack", port, folder, *options, host=host)


async def scan_all(port: int, folder: Path, user: str, host: str = "127.0.0.1") -> dict[str, object]:
    """What each tool finds, all at once: svmap's and svcrack's tables, svwar's extensions by method."""
    methods = ("OPTIONS", "REGISTER", "INVITE")
    device, cracked, *extensions = await asyncio.gather(
        scan("svmap", port, folder, host=host),
        crack(port, folder, user, host),
        *(scan_extensions(port, folder, method, host) for method in methods),
    )
    return {"device": device, "password": cracked, **dict(zip(methods, extensions, strict=True))}
