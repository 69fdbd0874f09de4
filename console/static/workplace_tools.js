// The tools of the call that is talked. Those of the call before go at once: what is typed or pressed there would be
// that call's. Until the new ones have come a field stands in for them, and what is typed goes on into theirs.

const tools = document.getElementById("work-tools");
const ahead = document.getElementById("work-ahead");
const typed = ahead.querySelector("input");
const FIELD = "input[type=search]";

let hasCall = true; // the page came with the tools of the call that it shows

/** Opens the tools of another call; without a call there are none. */
export function openTools({ call, state }) {
  tools.replaceChildren();
  typed.value = "";
  ahead.hidden = state !== "talking";
  hasCall = call !== "";
  if (hasCall) htmx.ajax("GET", "/workplace/tools", "#work-tools");
}

// The call may have ended before its tools came.
tools.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === tools && !hasCall) event.detail.shouldSwap = false;
});

/** Calls back when a tool has come, which may have taken the focus to itself. */
export function whenToolsCome(callBack) {
  const look = (event) => {
    if (!event.target.classList.contains("work-tool")) return;
    passOn();
    callBack();
  };
  tools.addEventListener("htmx:afterSettle", look);
  tools.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful || !event.target.classList.contains("work-tool")) return;
    event.target.replaceChildren(document.createElement("p")); // the page's notice says why
    look(event);
  });
}

/** Goes where typing starts: the first tool that has a place for it, else the call's own number. */
export function focusSearch() {
  if (!ahead.hidden) return typed.focus();
  const fields = [...tools.children].map((tool) => tool.querySelector(`${FIELD}, [data-panel-first]`));
  (fields.find(Boolean) ?? document.getElementById("work-number"))?.focus();
}

function passOn() {
  const field = ahead.hidden ? undefined : firstField();
  if (field === undefined) return;
  const isTypedIn = ahead.contains(document.activeElement) && typed.value !== "";
  ahead.hidden = true;
  if (!field || !typed.value) return;
  field.value = typed.value + field.value;
  if (isTypedIn) field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The field of the first tool that has one; undefined while a tool before it has yet to come, null without any. */
function firstField() {
  for (const tool of tools.children) {
    const field = tool.querySelector(FIELD);
    if (field || !tool.children.length) return field ?? undefined;
  }
  return null;
}
