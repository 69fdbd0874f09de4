// From the call to a ticket in two keys: t goes to the panel's first button, Enter presses it.

import { onKeys } from "./single_keys.js";

onKeys((key) => (key === "t" ? () => document.querySelector("[data-panel-first]")?.focus() : null));

// What a person has to mend is shown in the panel itself.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "ticket-panel" && [409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
