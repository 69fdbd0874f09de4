// The knowledge panel by keys: arrows go through what was found, Enter opens, Escape goes back to the box.
// It listens on the document, so that a panel that comes later works too.

const LINKS = ".kb-hits a";

function step(panel, from, by) {
  const links = [...panel.querySelectorAll(LINKS)];
  const at = links.indexOf(from) + by;
  if (at < 0) panel.querySelector("input[type=search]").focus();
  else links[Math.min(at, links.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("[data-knowledge]");
  if (!panel || event.isComposing) return;
  const moves = event.target.matches("input[type=search]") || event.target.matches(LINKS);
  if (moves && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(panel, event.target, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    const box = panel.querySelector("input[type=search]");
    box.focus();
    box.select();
  }
});

// Enter in the box opens the first that was found, once the list is of what stands in the box.
document.addEventListener("htmx:afterSettle", (event) => {
  const isAsked = event.detail.requestConfig?.triggeringEvent?.type === "submit";
  if (isAsked && event.target.id === "knowledge-results") event.target.querySelector(LINKS)?.click();
});
