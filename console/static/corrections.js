// Correcting a turn in place.

/** Connects the buttons at the turns; gives a way to them for the keyboard and for drafts. */
export function watchCorrections(transcript) {
  const template = document.getElementById("correction");
  if (!transcript || !template) return { open() {} };
  const open = (turn, text = null) => {
    if (!turn) return;
    const there = turn.querySelector(".correction");
    const form = there ?? put(template, turn);
    if (text !== null) form.elements.text.value = text;
    if (text === null) form.elements.text.focus();
  };
  transcript.list.addEventListener("click", (event) => {
    const turn = event.target.closest(".turn");
    if (event.target.closest(".correct")) open(turn);
    if (event.target.closest("[data-drop]")) drop(turn);
  });
  document.addEventListener("draft", (event) => {
    const [, transcriptId, number] = /^turn-(\d+)-(\d+)$/.exec(event.detail.name) ?? [];
    const own = template.content.querySelector("[name=transcript]").value;
    if (transcriptId === own) open(document.getElementById(`turn-${number}`), event.detail.text);
  });
  return { open };
}

function put(template, turn) {
  const form = template.content.cloneNode(true).firstElementChild;
  const number = turn.id.slice("turn-".length);
  form.elements.turn.value = number;
  form.elements.seen.value = turn.dataset.seen ?? "0";
  const text = form.elements.text;
  text.value = turn.querySelector(".turn-text").textContent;
  text.dataset.draft = `turn-${form.elements.transcript.value}-${number}`;
  form.setAttribute("hx-target", `#${turn.id}`);
  turn.append(form);
  window.htmx.process(form);
  return form;
}

/** The words typed are given up. */
function drop(turn) {
  const field = turn.querySelector(".correction textarea");
  if (!field) return;
  document.dispatchEvent(new CustomEvent("forget", { detail: [field.dataset.draft] }));
  turn.querySelector(".correction").remove();
  turn.querySelector(".correct").focus();
}
