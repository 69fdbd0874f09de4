// The operator's page: opens the call by itself, and is worked by keys alone.

import { clock } from "./clock.js";
import { listenToWorkKeys } from "./workplace_keys.js";
import { focusSearch, openTools, whenToolsCome } from "./workplace_tools.js";

const page = document.getElementById("workplace");
const live = document.getElementById("work-live");
const now = document.getElementById("work-now");
const SILENT_MS = 12_000; // a sign of life comes every five seconds
const AGAIN_MS = 3_000;

let silence;
let toldAt = Date.now();
let asked; // the sign for which the page is being fetched
let toolsOf = told().call;
let given; // where this page last put the focus

function told() {
  return document.getElementById("work-sign").dataset;
}

function show(isLive) {
  const words = isLive ? live.dataset.live : live.dataset.lost;
  live.classList.toggle("lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
}

function heard() {
  show(true);
  clearTimeout(silence);
  silence = setTimeout(() => show(false), SILENT_MS);
}

// What is typed in the tools stays: they come anew with another call only.
function open(event) {
  heard();
  if (event.data === told().sign || event.data === asked) return;
  asked = event.data;
  const forget = () => (asked = undefined); // also where it failed: the next connection tells the sign again
  htmx.ajax("GET", "/workplace/now", "#work-now").then(forget, forget);
}

now.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== now) return;
  toldAt = Date.now();
  const { call, state } = told();
  const isOther = call !== toolsOf;
  if (isOther) {
    toolsOf = call;
    document.getElementById("said").textContent = "";
    openTools({ call, state });
  }
  if (isOther || !isAtWork()) focusFirst();
});
whenToolsCome(() => {
  if (!isAtWork()) focusFirst();
});

// A panel's pick names number, name and entry: its answer fills the number in by itself.
page.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || event.detail.elt.id !== "work-pause") return;
  for (const button of event.detail.elt.querySelectorAll("button")) button.hidden = !button.hidden;
});

function focusFirst() {
  if (told().state === "talking") focusSearch();
  else focusReasons();
  given = document.activeElement;
}

// Nobody is torn away from a field that they typed in, where a digit of a note would choose a reason, nor from one that
// they went to. A field that only this page went to may be left again, and so may a search once the caller is gone.
function isAtWork() {
  const search = told().state === "talking" ? "" : ", [type=search]";
  const field = document.activeElement?.closest(`input:not([type=hidden]${search}), textarea, select`);
  if (!field) return false;
  const isGiven = field === given || (field.id !== "" && field.id === given?.id); // it may have come anew
  return !isGiven || field.value !== field.defaultValue;
}

function focusReasons() {
  document.querySelector("#work-wrap-up button[name=reason]")?.focus();
}

// The browser connects again by itself unless it was refused, e.g. because the sign-in has expired.
async function ask() {
  try {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (answer.type === "opaqueredirect") location.reload();
    else follow();
  } catch {
    setTimeout(ask, AGAIN_MS);
  }
}

function follow() {
  const stream = new EventSource(page.dataset.stream);
  stream.addEventListener("open", heard);
  stream.addEventListener("sign", open);
  stream.addEventListener("error", () => {
    show(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(ask, AGAIN_MS);
  });
}

setInterval(() => {
  const age = now.querySelector("[data-seconds]");
  age.textContent = clock(Number(age.dataset.seconds) + (Date.now() - toldAt) / 1000);
}, 1000);
listenToWorkKeys({ focusSearch, focusReasons });
follow();
