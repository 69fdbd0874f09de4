// Finding words in the transcript.

/** Connects the field; gives a way to it for the keyboard. */
export function findInTranscript(transcript) {
  const field = document.getElementById("find");
  if (!transcript || !field) return { focus() {} };
  const told = document.getElementById("found");
  let hits = [];
  let at = -1;
  const look = () => {
    for (const word of transcript.elements) word.classList.remove("found", "found-now");
    hits = field.value.trim() ? [...hitsOf(transcript.list, field.value.trim().toLowerCase())] : [];
    for (const hit of hits) for (const word of hit) word.classList.add("found");
    at = -1;
    told.textContent = field.value.trim() && !hits.length ? told.dataset.none : hits.length ? `${hits.length}` : "";
    if (hits.length) step(1);
  };
  const step = (direction) => {
    if (!hits.length) return;
    for (const word of hits[at] ?? []) word.classList.remove("found-now");
    at = (at + direction + hits.length) % hits.length;
    for (const word of hits[at]) word.classList.add("found-now");
    transcript.show(hits[at][0]);
    told.textContent = `${at + 1}/${hits.length}`;
  };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  for (const button of document.querySelectorAll("[data-find]")) {
    button.addEventListener("click", () => step(Number(button.dataset.find)));
  }
  transcript.addEventListener("built", look);
  return { focus: () => field.focus() };
}

/** The words of each place where a turn has the text. */
function* hitsOf(list, text) {
  for (const turn of list.querySelectorAll(".turn-text")) {
    const words = [...turn.children];
    const said = turn.textContent.toLowerCase();
    for (let from = said.indexOf(text); from >= 0; from = said.indexOf(text, from + text.length)) {
      yield wordsBetween(words, from, from + text.length);
    }
  }
}

function wordsBetween(words, from, to) {
  let reached = 0;
  return words.filter((word) => {
    const start = reached;
    reached += word.textContent.length;
    return reached > from && start < to;
  });
}
