// The transcript: the word being heard is lit and in sight, a click on a word jumps there.

const REACH = 8; // words to look back at: both sides may speak at once, so spans overlap
const QUIET_S = 1; // nobody speaks for longer: a silence that can be skipped
const UNCLEAR = { d: "doubtful", u: "unusable" };

/** Makes words of the turns and keeps them in step with the player. */
export function openTranscript(player) {
  const list = document.getElementById("turns");
  return list ? new Transcript(list, player) : null;
}

class Transcript extends EventTarget {
  constructor(list, player) {
    super();
    this.list = list;
    this.player = player;
    this.lit = [];
    this.isFollowing = true;
    this.back = document.getElementById("follow");
    document.getElementById("transcript-tools").hidden = false;
    for (const hint of document.querySelectorAll(".transcript-hint")) hint.hidden = false;
    this.build();
    player.addEventListener("time", () => this.#light());
    list.addEventListener("click", (event) => this.#jump(event));
    for (const event of ["wheel", "touchmove"]) list.addEventListener(event, () => this.#letGo(), { passive: true });
    list.addEventListener("pointerdown", (event) => event.target === list && this.#letGo()); // its scroll bar
    this.back.addEventListener("click", () => this.follow());
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (event.detail.target.id?.startsWith("turn-")) this.build(); // a corrected one is another element
    });
  }

  /** Reads the turns' words; those that are new become elements. */
  build() {
    for (const turn of this.list.querySelectorAll(".turn")) if (!turn.querySelector(".word")) this.#split(turn);
    this.elements = [...this.list.querySelectorAll(".word")];
    this.words = this.elements
      .map((element) => ({ element, start: Number(element.dataset.start), end: Number(element.dataset.end) }))
      .sort((one, other) => one.start - other.start);
    this.player.quiet = quietBetween(this.words, this.player.duration);
    this.dispatchEvent(new Event("built"));
  }

  /** The turn being heard, or heard last. */
  get turn() {
    return this.lit[0]?.element.closest(".turn") ?? null;
  }

  follow() {
    this.isFollowing = true;
    this.back.hidden = true;
    if (this.lit[0]) this.show(this.lit[0].element);
  }

  /** Scrolls the transcript, never the page. */
  show(element) {
    const box = this.list.getBoundingClientRect();
    const line = element.getBoundingClientRect();
    if (line.top >= box.top && line.bottom <= box.bottom) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = this.list.scrollTop + line.top - box.top - box.height / 3;
    this.list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  #split(turn) {
    const place = turn.querySelector(".turn-text");
    const signs = Array.from(place.textContent);
    let at = 0;
    let start = 0;
    const words = [];
    for (const timed of turn.dataset.timing.split(" ").filter(Boolean)) {
      const [length, since, long, marks = ""] = timed.split(",");
      start += Number(since);
      words.push(this.#word(signs.slice(at, at + Number(length)).join(""), start, start + Number(long), marks));
      at += Number(length);
    }
    place.replaceChildren(...words);
    this.#equip(turn);
  }

  #word(text, start, end, marks) {
    const word = document.createElement("span");
    word.className = "word";
    word.textContent = text;
    word.dataset.start = String(start / 100);
    word.dataset.end = String(end / 100);
    word.tabIndex = -1;
    if (marks.includes("e")) word.classList.add("evidence");
    const unclear = UNCLEAR[marks.at(-1)];
    if (unclear) {
      word.classList.add(unclear);
      word.title = this.list.dataset[unclear];
    }
    return word;
  }

  #equip(turn) {
    const jump = turn.querySelector(".jump");
    jump.setAttribute("aria-label", this.list.dataset.from.replace("@", jump.textContent));
    if (!this.list.dataset.correct) return;
    const correct = document.createElement("button");
    correct.type = "button";
    correct.className = "correct";
    correct.textContent = this.list.dataset.correct;
    turn.querySelector(".turn-head").append(" ", correct);
  }

  #light() {
    const heard = heardAt(this.words, this.player.time);
    for (const word of this.lit) if (!heard.includes(word)) word.element.classList.remove("lit");
    for (const word of heard) if (!this.lit.includes(word)) word.element.classList.add("lit");
    const isNew = heard.length && heard[0] !== this.lit[0];
    if (heard.length) this.lit = heard;
    else for (const word of this.lit) word.element.classList.remove("lit");
    if (isNew && this.player.isPlaying && this.isFollowing) this.show(heard[0].element);
  }

  /** The reader scrolls: the transcript stays where the reader wants it. */
  #letGo() {
    if (!this.player.isPlaying) return;
    this.isFollowing = false;
    this.back.hidden = false;
  }

  #jump(event) {
    if (!getSelection().isCollapsed) return; // words were marked with the mouse
    const { target } = event;
    const from = target.closest("[data-jump]")?.dataset.jump ?? target.closest(".word")?.dataset.start;
    if (from === undefined) return;
    this.follow();
    this.player.playFrom(Number(from));
  }
}

function heardAt(words, time) {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return words.slice(Math.max(0, low - REACH), low).filter((word) => time < word.end);
}

/** Stretches longer than QUIET_S without any word, of either side. */
function quietBetween(words, duration) {
  const quiet = [];
  let reached = 0;
  for (const { start, end } of words) {
    if (start - reached > QUIET_S) quiet.push([reached, start]);
    reached = Math.max(reached, end);
  }
  if (duration - reached > QUIET_S) quiet.push([reached, duration]);
  return quiet;
}
