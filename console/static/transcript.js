// The transcript: the word being heard is lit, a click on a word jumps there.

const REACH = 8; // words to look back at: both sides may speak at once, so spans overlap

/** Keeps the transcript in step with the player. */
export function followWords(player) {
  const list = document.getElementById("turns");
  if (!list) return;
  const words = [...list.querySelectorAll(".word")]
    .map((element) => ({ element, start: Number(element.dataset.start), end: Number(element.dataset.end) }))
    .sort((one, other) => one.start - other.start);
  let lit = [];
  player.addEventListener("time", () => {
    const heard = heardAt(words, player.time);
    for (const word of lit) if (!heard.includes(word)) word.element.classList.remove("lit");
    for (const word of heard) if (!lit.includes(word)) word.element.classList.add("lit");
    if (player.isPlaying && heard.length && heard[0] !== lit[0]) keepInSight(list, heard[0].element);
    lit = heard;
  });
  list.addEventListener("click", (event) => jump(player, event.target));
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

/** Scrolls the transcript, never the page. */
function keepInSight(list, element) {
  const box = list.getBoundingClientRect();
  const line = element.getBoundingClientRect();
  if (line.top >= box.top && line.bottom <= box.bottom) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = list.scrollTop + line.top - box.top - box.height / 3;
  list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
}

function jump(player, target) {
  const from = target.closest("[data-jump]")?.dataset.jump ?? target.closest(".word")?.dataset.start;
  if (from !== undefined) player.playFrom(Number(from));
}
