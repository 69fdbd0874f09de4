"""The plan chooses the models; a language without one waits in `no_model`, and is heard once it has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.checks import find_problems, find_warnings
from hotline.duties import Duties
from hotline.pipeline import Pipeline
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from ledger.database import Ledger, open_ledger
from ledger.errors import MissingAsset, PlanError
from ledger.redoing import Kind
from ledger.settings import Settings, load_settings, prepare_data_dir
from ledger.states import CallState
from sip_config.load import STANDARD_PLAN
from sip_config.speech import LANGUAGES
from tests.hotline.crews import bring, call_of, works_done

SMALL, BIG, ENGLISH = "vosk-model-small-cn-0.22", "vosk-model-cn-0.22", "vosk-model-small-en-us-0.15"
CHOICE = f"recognisers: {{zh: {SMALL}, en: {ENGLISH}}}\n"


def made(folder: Path, *, plan: str = "", **options: object) -> Settings:
    """Settings with the standard plan and what is added to it."""
    path = folder / "plan.yaml"
    path.write_text(STANDARD_PLAN.read_text("utf-8") + plan, "utf-8")
    settings = load_settings(data_dir=folder / "var", plan=path, **options)
    prepare_data_dir(settings)
    return settings


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """A folder of models with the small Mandarin one."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / SMALL).symlink_to(load_settings().models_dir / SMALL)
    return folder


def kind(language: str | None, desk: str | None = "114") -> Kind:
    """A caller who chose this language."""
    return Kind(hotline="114", desk=desk, language=language)


def test_the_plan_chooses_by_language_and_desk(tmp_path: Path) -> None:
    """A desk's own choice wins; Mandarin has a model where the plan says nothing."""
    settings = made(tmp_path, plan=CHOICE)
    desk = plan_of(settings).desks["114"].model_copy(update={"recognisers": {"zh": BIG}})
    plan = plan_of(settings).model_copy(update={"desks": {**plan_of(settings).desks, "114": desk}})
    recognisers = Recognisers(settings, plan)
    asked = [(desk_id, language) for desk_id in ("114", "112") for language in LANGUAGES]
    named = {(desk_id, language): recognisers.named(desk_id, language) for desk_id, language in asked}
    assert named == {
        ("114", "zh"): BIG, ("114", "en"): ENGLISH, ("112", "zh"): SMALL, ("112", "en"): ENGLISH,
        ("114", "yue"): None, ("112", "yue"): None,
    }  # fmt: skip
    assert recognisers.serves() == {SMALL: ["zh"], BIG: ["zh at 114"], ENGLISH: ["en"]}
    assert recognisers.choose(kind(None, None)) == SMALL


@pytest.mark.parametrize(
    ("addition", "told"),
    [
        (
            "recognisers: {zh: vosk-model-smal-cn-0.22}\n",
            "there is no model 'vosk-model-smal-cn-0.22' (did you mean",
        ),
        (
            f"recognisers:\n  yue: {SMALL}\n",
            f"recognisers.yue: {SMALL} understands zh, not yue; name",
        ),
        ("recognisers: {fr: x}\n", "must be 'zh', 'yue' or 'en', here is 'fr'"),
        ("recognisers: small\n", "recognisers: must be a mapping (key: value), here is 'small'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, addition: str, told: str) -> None:
    """One clear error each."""
    with pytest.raises(PlanError) as caught:
        plan_of(made(tmp_path, plan=addition))
    (line,) = str(caught.value).splitlines()
    assert told in line
    assert line.startswith("plan.yaml:")
    assert int(line.split(":")[1]) > len(STANDARD_PLAN.read_text("utf-8").splitlines())


def test_a_language_without_a_model_waits_until_it_has_one(tmp_path: Path, models_dir: Path) -> None:
    """Never garbage: no transcript, no score, the reason with the call; the sweep leaves it alone."""
    settings = made(tmp_path, models_dir=models_dir)
    ledger = open_ledger(settings)
    deaf = bring(settings, ledger, tmp_path, seconds=1, seed=1, facts={"language": "en"})
    assert Pipeline(settings, ledger).finish(deaf) is CallState.NO_MODEL
    assert works_done(ledger, deaf) == (0, 0, 0)
    assert call_of(ledger, deaf).error == (
        "no model is named for en; name one under 'recognisers' of the plan and install it"
    )
    sweep(settings, ledger)
    assert call_of(ledger, deaf).state is CallState.NO_MODEL
    ledger.close()


def test_a_model_that_is_installed_later_hears_what_waited(tmp_path: Path) -> None:
    """Named but not here is no_model too; once it is here the sweep makes the call due and it is scored."""
    models = tmp_path / "models"
    settings = made(tmp_path, models_dir=models)
    ledger = open_ledger(settings)
    waits = bring(settings, ledger, tmp_path, seconds=1, seed=1)
    assert Pipeline(settings, ledger).finish(waits) is CallState.NO_MODEL
    assert str(call_of(ledger, waits).error).endswith(f"run `hotline models install {SMALL}`")
    models.mkdir()
    (models / SMALL).symlink_to(load_settings().models_dir / SMALL)
    sweep(settings, ledger)
    assert Pipeline(settings, ledger).finish(waits) is CallState.SCORED
    assert works_done(ledger, waits) == (1, 1, 1)
    ledger.close()


def sweep(settings: Settings, ledger: Ledger) -> None:
    """What the clock does every minute."""
    Duties(settings, ledger, Recognisers(settings, plan_of(settings)), far=False).sweep()


def test_check_tells_what_nobody_hears_and_what_is_not_here(tmp_path: Path, models_dir: Path) -> None:
    """A language without a model is a note; a model that the plan names and that is not here is a problem."""
    bare = made(tmp_path, models_dir=models_dir)
    assert find_warnings(bare) == [
        f"no model hears {language} at any desk: such calls are recorded and not transcribed; "
        "name a model under 'recognisers' of the plan"
        for language in ("yue", "en")
    ]
    chosen = made(tmp_path, plan=CHOICE, models_dir=models_dir)
    told = f"the model {ENGLISH}, for en, is not in {models_dir}; run `hotline models install {ENGLISH}`"
    assert told in find_problems(chosen)


def test_workers_do_not_start_where_nothing_could_be_transcribed(tmp_path: Path) -> None:
    """With no model at all, a sentence that names the command."""
    settings = made(tmp_path, models_dir=tmp_path / "empty")
    with pytest.raises(MissingAsset, match=f"run `hotline models install {SMALL}`"):
        Recognisers(settings, plan_of(settings)).load()
