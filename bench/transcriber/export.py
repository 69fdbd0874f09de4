"""`python -m bench.transcriber.export FOLDER`: the labelled calls as stereo FLAC with `truth.json`.

For ears, and for `hotline import`. Calls lie in a folder named by their condition; the truth has hotline,
facts, verdicts, and turns with times. Numbers are mono and clean.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import soundfile

from bench.transcriber.measuring import Bench
from callers.conditions import CONDITIONS, LINE
from callers.labelled_audio import RATE_HZ, Talk, read_number
from callers.labelled_call import LabelledCall, load_labelled


def main() -> None:
    """Write one half under one condition."""
    parser = argparse.ArgumentParser(prog="export", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("tune", "judge"), default="tune")
    parser.add_argument("--condition", choices=CONDITIONS, default=LINE)
    asked = parser.parse_args()
    labelled = load_labelled().half(asked.half)
    bench = Bench(labelled, asked.folder)
    asked.folder.mkdir(parents=True, exist_ok=True)
    bench.record(asked.condition, labelled.calls)
    truth = {call.id: _told(call, bench.talk(asked.condition, call)) for call in labelled.calls}
    for number in labelled.numbers:
        soundfile.write(asked.folder / f"{number.id}.flac", read_number(labelled.folder, number), RATE_HZ)
    truth |= {number.id: {"number": number.number, "text": number.text} for number in labelled.numbers}
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (asked.folder / "truth.json").write_text(text + "\n", encoding="utf-8")


def _told(call: LabelledCall, talk: Talk) -> dict[str, Any]:
    return {
        "title": call.title,
        "hotline": call.hotline,
        "facts": call.all_facts,
        "truth": {rule: verdict.value for rule, verdict in call.truth.items()},
        "turns": [
            {
                "role": turn.who,
                "start_s": round(turn.start_s, 3),
                "end_s": round(turn.end_s, 3),
                "text": turn.text,
            }
            for turn in talk.turns
        ],
    }


if __name__ == "__main__":
    main()
