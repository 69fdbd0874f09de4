"""The kinds of faults. Each is inflicted while callers talk; some stay a while and are then mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.faults.site import Site
from tests.faults.tones import cut

Undo = Callable[[], None]


@dataclass(kw_only=True)
class Harm:
    """What a fault did that a caller cannot know."""

    undo: Undo = lambda: None
    cut_s: dict[str, float] = field(default_factory=dict)  # by call id: audio that the fault itself destroyed
    takes_audio: bool = False  # nothing could be written for a while: what is lost then is the disk's


Fault = Callable[[Site, Random], Harm]


def kill_one(program: str, name: str = "") -> Fault:
    """Kill -9 of one process of a program."""

    def inflict(site: Site, random: Random) -> Harm:
        found = site.find(program, name)
        if found:  # it may be on its way up after the last fault
            site.kill([random.choice(found)])
        return Harm()

    return inflict


def kill_first(program: str) -> Fault:
    """Kill -9 of the process that the supervisor started."""

    def inflict(site: Site, _random: Random) -> Harm:
        site.kill(site.find(program)[:1])
        return Harm()

    return inflict


def kill_hotline(site: Site, _random: Random) -> Harm:
    """Kill -9 of everything at once, and a new start."""
    site.kill_all()
    return Harm(undo=site.start)


def kill_parent(site: Site, _random: Random) -> Harm:
    """Kill -9 of `hotline up`, and a new start."""
    site.kill_parent()
    return Harm(undo=site.start)


def fill_disk(site: Site, _random: Random) -> Harm:
    """Nothing can be written, for a while."""
    site.disk.fill()
    return Harm(undo=site.disk.free, takes_audio=True)


def refuse_in_store(site: Site, _random: Random) -> Harm:
    """The object store dies, and comes back."""
    site.store.kill()
    return Harm(undo=site.store.start)


def step_clock(site: Site, random: Random) -> Harm:
    """The clock goes up to two hours back from the true time; or a part of that forward again."""
    site.clock_file.write_text(f"{-random.uniform(1, 7200):.3f}")
    return Harm()


def truncate_captures(site: Site, random: Random) -> Harm:
    """The machine dies, and each capture loses its end, the header's middle, or everything."""
    site.kill_all()
    harm = Harm(undo=site.start)
    for path in sorted(site.settings.capture_dir.glob("*.said.wav")):
        size = path.stat().st_size
        lost_s = cut(
            path, random.choice([0, random.randint(1, 50), max(0, size - random.randint(1, 20_000))])
        )
        harm.cut_s[path.name.removesuffix(".said.wav")] = lost_s
    return harm


KINDS: dict[str, Fault] = {
    "kill -9 of a line": kill_one("hotline.processes.lines", "line-"),
    "kill -9 of the clerk": kill_one("hotline.processes.lines", "clerk"),
    "kill -9 of the lines' parent": kill_first("hotline.processes.lines"),
    "kill -9 of a Kamailio process": kill_one("kamailio"),
    "kill -9 of the edge's keeper": kill_one("hotline.processes.edge"),
    "kill -9 of the worker": kill_first("hotline.processes.worker"),
    "kill -9 of a worker's process": kill_one("hotline.processes.worker"),
    "kill -9 of the archivist": kill_one("hotline.processes.archivist"),
    "kill -9 of the console": kill_one("hotline.processes.console"),
    "kill -9 of `hotline up`": kill_parent,
    "kill -9 of everything": kill_hotline,
    "disk full": fill_disk,
    "store away": refuse_in_store,
    "clock steps": step_clock,
    "captures truncated": truncate_captures,
}


def inflict(kinds: str, site: Site, random: Random) -> Harm:
    """A kind of fault, or several in the same moment: `clock steps + kill -9 of the clerk`."""
    harms = [KINDS[kind](site, random) for kind in kinds.split(" + ")]

    def undo() -> None:
        for harm in harms:
            harm.undo()

    cut_s = {call_id: lost_s for harm in harms for call_id, lost_s in harm.cut_s.items()}
    return Harm(undo=undo, cut_s=cut_s, takes_audio=any(harm.takes_audio for harm in harms))
