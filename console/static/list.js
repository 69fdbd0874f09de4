// The list by keyboard: rows are walked, heard, decided on, taken, selected and handed out without a mouse.
// Fields, buttons and links keep their own keys.

import { Deeds } from "./list_deeds.js";
import { News } from "./list_news.js";
import { Rows } from "./list_rows.js";
import { openDialogs } from "./list_dialogs.js";

const rows = new Rows();
const deeds = new Deeds(rows);
const news = new News(rows);
const dialogs = openDialogs(deeds);

const KEYS = {
  j: () => rows.step(1),
  ArrowDown: () => rows.step(1),
  k: () => rows.step(-1),
  ArrowUp: () => rows.step(-1),
  Enter: () => rows.open(),
  " ": () => deeds.play(rows.current),
  c: () => deeds.decide(rows.current, "confirmed"),
  r: () => dialogs.askReason(rows.current),
  u: () => deeds.undo(),
  t: () => deeds.claim(rows.current),
  f: () => dialogs.finish(rows.current),
  n: () => document.querySelector("#take-next button")?.click(),
  x: () => rows.select(),
  X: () => rows.selectRange(),
  h: () => openHandOut(),
  "/": () => document.getElementById("f-text").focus(),
  "[": () => document.querySelector('.paging [rel="prev"]')?.click(),
  "]": () => document.querySelector('.paging [rel="next"]')?.click(),
  "?": () => dialogs.help(),
};

function isTaken(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return true;
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const pressing = [" ", "Enter"].includes(event.key) && event.target.closest("button, a, summary, input");
  const scrolling = event.key.startsWith("Arrow") && !rows.hasFocus(event.target);
  return Boolean(typing || pressing || scrolling);
}

document.addEventListener("keydown", (event) => {
  const deed = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!deed || isTaken(event)) return;
  event.preventDefault();
  deed();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-deed]");
  const row = button?.closest("tr[data-call]");
  if (!row) return;
  rows.goTo(row, { focus: false });
  if (button.dataset.deed === "play") deeds.play(row);
  if (button.dataset.deed === "confirm") deeds.decide(row, "confirmed");
  if (button.dataset.deed === "reject") dialogs.askReason(row);
  if (!["claim", "finish"].includes(button.dataset.deed)) return;
  event.preventDefault();
  if (button.dataset.deed === "claim") deeds.claim(row);
  else dialogs.finish(row);
});

function openHandOut() {
  const panel = document.getElementById("hand-out");
  if (!panel) return;
  panel.open = true;
  panel.scrollIntoView({ block: "nearest" });
  panel.querySelector('[name="to"]')?.focus();
}

// What is sent along with forms is the list as it is shown now.
function follow() {
  const query = document.getElementById("list-table")?.dataset.query;
  if (query === undefined) return;
  for (const field of document.querySelectorAll("input[data-query]")) field.value = query;
}

// Another filter keeps the order that was chosen meanwhile.
document.body.addEventListener("htmx:configRequest", (event) => {
  const query = document.getElementById("list-table")?.dataset.query;
  if (event.detail.elt?.id !== "filters" || query === undefined) return;
  const shown = new URLSearchParams(query);
  for (const name of ["sort", "order"]) {
    event.detail.formData.delete(name);
    if (shown.has(name)) event.detail.formData.set(name, shown.get(name));
  }
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "results") return;
  rows.begin();
  news.begin();
  follow();
});
document.body.addEventListener("htmx:historyRestore", () => {
  rows.begin();
  news.begin();
});
rows.begin();
news.begin();
document.body.dataset.listReady = "true";
