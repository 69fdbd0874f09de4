// Confirming, rejecting with a reason, undoing; what others have decided meanwhile.

import { currentFinding } from "./findings.js";

const NOTICE_MS = 10_000;

/** Connects the buttons of all findings; gives the deeds for the keyboard. */
export function watchDecisions() {
  const reasons = document.getElementById("reasons");
  if (reasons) bindReasons(reasons);
  document.body.addEventListener("click", (event) => {
    const reject = event.target.closest(".reject");
    const form = reject?.closest("form");
    if (!form || !reasons || form.elements.reason?.value) return;
    event.preventDefault();
    ask(reasons, form.closest(".finding"));
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const isClash = event.detail.xhr.status === 409 && event.detail.xhr.responseText.includes('class="finding ');
    if (isClash) Object.assign(event.detail, { shouldSwap: true, isError: false });
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const path = event.detail.requestConfig?.path ?? "";
    if (path.endsWith("/review") && event.detail.xhr.status === 200) offerUndo(event.detail.target.id);
    if (path.endsWith("/undo")) hideUndo();
  });
  return {
    confirm: () => press(".confirm"),
    reject: () => press(".reject"),
    undo: () => press("[data-undo]"),
  };
}

/** Of the finding at hand, else of the first that waits. */
function press(selector) {
  const waiting = document.querySelector(".finding:not(.confirmed, .rejected) form.review");
  const finding = currentFinding() ?? (selector === "[data-undo]" ? null : waiting?.closest(".finding"));
  (finding ?? document).querySelector(selector)?.click();
}

function bindReasons(dialog) {
  const choose = (button) => {
    const finding = document.getElementById(dialog.dataset.finding);
    dialog.close();
    send(finding, button.value);
  };
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest(".reasons button");
    if (button) choose(button);
  });
  dialog.addEventListener("keydown", (event) => {
    const button = /^[1-9]$/.test(event.key) && dialog.querySelectorAll(".reasons button")[Number(event.key) - 1];
    if (!button) return;
    event.preventDefault();
    choose(button);
  });
}

function ask(dialog, finding) {
  dialog.dataset.finding = finding.id;
  dialog.showModal();
}

/** Rejects; another reason than those listed needs its words first. */
function send(finding, reason) {
  const form = finding.querySelector("form.review");
  form.elements.reason.value = reason;
  if (reason === "other" && !form.elements.comment.value.trim()) {
    form.elements.comment.required = true;
    form.elements.comment.reportValidity();
    form.elements.comment.focus();
    return;
  }
  form.querySelector(".reject").click();
}

let timer = null;

/** For ten seconds the notice has a button; afterwards the finding itself has one. */
function offerUndo(id) {
  const finding = document.getElementById(id);
  const undo = finding?.querySelector("[data-undo]");
  if (!undo) return;
  hideUndo();
  const notice = document.createElement("div");
  notice.id = "undo-notice";
  notice.setAttribute("role", "status");
  const said = document.createElement("span");
  said.textContent = `${finding.querySelector("h3").textContent} · ${finding.querySelector(".decision b").textContent}`;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = undo.textContent;
  button.addEventListener("click", () => document.getElementById(id).querySelector("[data-undo]")?.click());
  notice.append(said, button);
  document.body.append(notice);
  timer = setTimeout(hideUndo, NOTICE_MS);
}

function hideUndo() {
  clearTimeout(timer);
  document.getElementById("undo-notice")?.remove();
}
