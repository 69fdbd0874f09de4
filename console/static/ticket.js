// A ticket by keyboard: the letter behind a move opens its form or makes it.

import { bindSwitch, onKeys } from "./single_keys.js";

function deedOf(key) {
  if (key === "q") return () => location.assign(sessionStorage.getItem("hotline-ticket-list") ?? "/tickets");
  const move = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!move) return null;
  return move.matches("details") ? () => open(move) : () => move.click();
}

function open(move) {
  for (const other of document.querySelectorAll(".ticket-move[open]")) other.open = other === move;
  move.open = true;
  move.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}

// Enter in a form sends it, except where it begins a line.
document.addEventListener("keydown", (event) => {
  const select = event.target.closest(".ticket-move select, .ticket-move input[type=radio]");
  if (event.key !== "Enter" || !select) return;
  event.preventDefault();
  select.form.requestSubmit();
});

onKeys(deedOf);
bindSwitch(document.getElementById("keys-on"));
document.querySelector("#ticket-problem")?.scrollIntoView({ block: "nearest" });
