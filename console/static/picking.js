// Marking words of the transcript: with the mouse, or with the arrows and Shift.

/** Keeps the marked words and the player's selection the same. */
export function pickWords(player, transcript) {
  if (!transcript) return null;
  const picker = new Picker(player, transcript);
  document.addEventListener("pointerup", () => setTimeout(() => picker.takeMouse()));
  transcript.list.addEventListener("keydown", (event) => picker.press(event));
  transcript.addEventListener("built", () => picker.clear());
  player.addEventListener("selection", () => {
    if (!player.selection?.text) picker.clear();
  });
  return picker;
}

class Picker {
  constructor(player, transcript) {
    this.player = player;
    this.transcript = transcript;
    this.anchor = null;
    this.picked = [];
  }

  clear() {
    for (const word of this.picked) word.classList.remove("picked");
    this.picked = [];
  }

  /** Whatever the mouse has selected, by whole words. */
  takeMouse() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!this.transcript.list.contains(range.commonAncestorContainer)) return;
    const words = this.transcript.elements.filter((word) => reaches(range, word));
    if (!words.length) return;
    this.#pick(words);
    selection.removeAllRanges();
  }

  press(event) {
    if (event.target.closest("textarea, input, button, summary") || event.ctrlKey || event.metaKey || event.altKey) return;
    const word = event.target.closest(".word");
    const deed = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (deed) this.#move(word, deed, event.shiftKey);
    else if (event.key === "Enter" && word) this.player.playFrom(Number(word.dataset.start));
    else if (event.key === "Escape") this.player.select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move(word, direction, isPicking) {
    const words = this.transcript.elements;
    const lit = this.transcript.lit[0]?.element;
    const from = word ?? lit ?? words[0];
    const next = word ? words[words.indexOf(from) + direction] : from;
    if (!next) return;
    next.focus({ preventScroll: true });
    this.transcript.show(next);
    if (!isPicking) {
      this.anchor = null;
      if (this.picked.length) this.player.select(null);
      return;
    }
    this.anchor ??= from;
    const ends = [words.indexOf(this.anchor), words.indexOf(next)].sort((one, other) => one - other);
    this.#pick(words.slice(ends[0], ends[1] + 1));
  }

  #pick(words) {
    this.clear();
    this.picked = words;
    for (const word of words) word.classList.add("picked");
    const turns = words.map((word) => Number(word.closest(".turn").id.slice("turn-".length)));
    this.player.select({
      start: Math.min(...words.map((word) => Number(word.dataset.start))),
      end: Math.max(...words.map((word) => Number(word.dataset.end))),
      first: Math.min(...turns),
      last: Math.max(...turns),
      text: words.map((word) => word.textContent).join(""),
    });
  }
}

/** Whether a range has at least one sign of a word. */
function reaches(range, word) {
  const whole = document.createRange();
  whole.selectNodeContents(word);
  return range.compareBoundaryPoints(Range.END_TO_START, whole) < 0 && range.compareBoundaryPoints(Range.START_TO_END, whole) > 0;
}
