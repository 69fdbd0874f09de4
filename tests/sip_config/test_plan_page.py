"""docs/plan.md: its examples are plans, and its table says what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sip_config import Desk, Hours, Limits, Listen, Menu, Number, Operator, PromptLibrary, Survey, load_plan
from sip_config.edge_settings import Edge, Features, Trunk
from sip_config.fields import PlanPart
from sip_config.plan import PromptSettings

_PAGE = (Path(__file__).parents[2] / "docs" / "plan.md").read_text("utf-8")
_EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
_PLANS = [example for example in _EXAMPLES if example.startswith("version:")]
_TEXTS = [example for example in _EXAMPLES if not example.startswith("version:")]


@pytest.mark.parametrize("example", _PLANS, ids=range(len(_PLANS)))
def test_an_example_is_a_plan(example: str, tmp_path: Path) -> None:
    """Every plan on the page loads as it stands."""
    path = tmp_path / "plan.yaml"
    path.write_text(example, "utf-8")
    assert load_plan(path).numbers


def test_the_page_has_its_examples() -> None:
    """A menu, a desk, an operator and a whole plan are shown, and texts of one's own."""
    assert (len(_PLANS), len(_TEXTS)) == (4, 1)


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


@pytest.mark.parametrize(
    "part",
    [Listen, Number, Menu, Desk, Operator, Hours, Survey, Limits, PromptSettings, Trunk, Edge, Features],
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
        *[(Desk, key) for key in ("ring_s", "longest_wait_s")],
        *[(Survey, key) for key in ("wait_s",)],
        *[(Edge, key) for key in ("longest_registration_s",)],
        *[(Hours, key) for key in ("timezone",)],
    ],
)
def test_the_table_tells_the_values_that_are_used(part: type[PlanPart], key: str) -> None:
    """What the table says is used without a key is what the program uses."""
    (row,) = re.findall(rf"^\|[^|]*\| `{key}`[^|]*\| ([^|]+) \|$", _PAGE, re.MULTILINE)
    default = part.model_fields[key].default
    assert row == (default if isinstance(default, str) else f"{default:g}")
