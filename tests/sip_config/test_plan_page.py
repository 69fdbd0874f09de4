"""docs/plan.md: its examples are plans, and its table says what the program has."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from hotline.plans import recogniser_languages
from sip_config import Desk, Hours, Limits, Listen, Menu, Number, Operator, PromptLibrary, Survey, load_plan
from sip_config.canary import Canary
from sip_config.collection import Collection
from sip_config.desk import Announcement, Tier
from sip_config.edge_settings import Edge, Features, Flood, Tls, Trunk
from sip_config.fields import PlanPart
from sip_config.handing_over import ReadBackSettings, TransferSettings
from sip_config.outbound import Outbound
from sip_config.placeholders import KINDS
from sip_config.plan import PromptSettings
from sip_config.review import FourEyes, Review, SecondReview
from sip_config.speech import Speech
from sip_config.spoken import fragments_of
from sip_config.ticket_states import TicketStates
from sip_config.walk import walk

_PAGE = (Path(__file__).parents[2] / "docs" / "plan.md").read_text("utf-8")
_EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
_PLANS = [example for example in _EXAMPLES if example.startswith("version:")]
_TEXTS = [example for example in _EXAMPLES if not example.startswith("version:")]


@pytest.mark.parametrize("example", _PLANS, ids=range(len(_PLANS)))
def test_an_example_is_a_plan(example: str, tmp_path: Path) -> None:
    """Every plan on the page loads as it stands."""
    path = tmp_path / "plan.yaml"
    path.write_text(example, "utf-8")
    assert load_plan(path, recogniser_languages()).numbers


def test_the_page_has_its_examples() -> None:
    """A whole plan, menus, digits, tickets, languages, desks, handing over, operators, models, texts."""
    assert (len(_PLANS), len(_TEXTS)) == (10, 2)


def test_the_texts_are_a_prompt_folder_that_a_plan_can_name(tmp_path: Path) -> None:
    """The page's texts.yaml and the sentence that names its folder work together."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "texts.yaml").write_text(_TEXTS[0], "utf-8")
    assert PromptLibrary.load([folder]).ids == ("menu-114", "night", "hold-music")
    sentence = re.search(r"`(prompts: \{folders: \[prompts\]\})`", _PAGE)
    assert sentence
    (tmp_path / "plan.yaml").write_text(_PLANS[0] + sentence[1], "utf-8")
    assert load_plan(tmp_path / "plan.yaml").library.folder("menu-114").path == folder


def test_the_texts_with_values_are_read_out_as_the_table_says(tmp_path: Path) -> None:
    """The page's placeholders are understood, and each kind is said as the page says."""
    folder = tmp_path / "queue"
    folder.mkdir()
    (folder / "texts.yaml").write_text(_TEXTS[1], "utf-8")
    values = {"position": 2, "wait": 12, "digits": "63012345", "now": "2026-11-24T08:30"}
    speech = Speech([folder])
    assert speech.text("queue-position", "zh", values) == "您排在第二位，预计等待十二分钟。"
    assert speech.text("clock", "zh", values) == "现在是二零二六年十一月二十四日，上午八点半。"
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+?)(?: \([^|]*)? \|$", _PAGE, re.MULTILINE)
    kinds = {kind: (value.split(", "), said) for kind, value, said in rows if kind in KINDS}
    assert set(kinds) == set(KINDS)
    fragments = speech.fragments("zh")
    for kind in KINDS:
        values_told, said_told = kinds[kind]
        spoken = [
            "".join(fragments.text(name) or "，" for name in fragments_of(kind, value, "zh"))
            for value in values_told
        ]
        assert ", ".join(spoken) == said_told


@pytest.mark.parametrize(
    ("arguments", "end"),
    [(("112", ["1", "63012345#", "1"]), "desk"), (("180", ["3", "0"]), "end")],
)
def test_the_walks_of_the_page_work(arguments: tuple[str, list[str]], end: str) -> None:
    """The commands that the page shows lead where it says."""
    at = datetime.fromisoformat("2026-10-01T09:00+08:00")
    assert list(walk(load_plan(), *arguments, at=at))[-1].kind == end


@pytest.mark.parametrize(
    "part",
    [
        *(
            Listen,
            Number,
            Menu,
            Collection,
            TicketStates,
            Desk,
            Tier,
            Announcement,
            Operator,
            Hours,
            Survey,
            Limits,
        ),
        *(Trunk, Edge, Tls, Flood, Features, PromptSettings, Canary, Outbound, Review),
        *(SecondReview, FourEyes, ReadBackSettings, TransferSettings),
    ],
    ids=lambda part: part.__name__,
)
def test_the_table_names_every_key(part: type[PlanPart]) -> None:
    """No key of the plan is missing in the page's table."""
    table = _PAGE[_PAGE.index("## Everything that a plan can say") :]
    missing = [key for key in part.model_fields if f"`{key}`" not in table]
    assert missing == []


@pytest.mark.parametrize(
    ("part", "key"),
    [
        *[(Menu, key) for key in ("silence_s", "tries")],
        *[(Collection, key) for key in ("silence_s", "tries")],
        *[(Desk, key) for key in ("ring_s", "longest_wait_s")],
        *[(Announcement, key) for key in ("every_s",)],
        *[(Flood, key) for key in ("ban_s",)],
        *[(Canary, key) for key in ("scored_within_s",)],
        *[(Review, key) for key in ("appeal_days", "claim_minutes")],
        *[(SecondReview, key) for key in ("share", "key")],
        *[(Edge, key) for key in ("realm", "longest_registration_s")],
        *[(Survey, key) for key in ("wait_s",)],
        *[(Edge, key) for key in ("longest_registration_s",)],
        *[(Hours, key) for key in ("timezone",)],
    ],
)
def test_the_table_tells_the_values_that_are_used(part: type[PlanPart], key: str) -> None:
    """What the table says is used without a key is what the program uses."""
    rows = re.findall(rf"^\|[^|]*\| `{key}`[^|]*\| ([^|]+) \|$", _PAGE, re.MULTILINE)
    default = part.model_fields[key].default
    assert set(rows) == {(default if isinstance(default, str) else f"{default:g}")}
