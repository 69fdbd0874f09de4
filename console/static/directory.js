// Looking up a number by keys alone: type, arrows, Enter for the whole entry, Enter again to pick its number.
// It listens to the document, so that a panel that comes later works too.

const hits = (root) => [...root.querySelectorAll("[data-directory-hit]")];
const field = (root) => root.querySelector("#directory-q");

function select(root, hit) {
  for (const each of hits(root)) each.setAttribute("aria-selected", String(each === hit));
  hit?.scrollIntoView({ block: "nearest" });
  if (hit) field(root)?.setAttribute("aria-activedescendant", hit.id);
  else field(root)?.removeAttribute("aria-activedescendant");
}

function move(root, step) {
  const all = hits(root);
  const at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  select(root, all[Math.min(all.length - 1, Math.max(0, at + step))]);
}

function openSelected(root) {
  root.querySelector("[data-directory-hit][aria-selected=true]")?.click();
}

function back(root) {
  root.querySelector("#directory-entry").replaceChildren();
  field(root)?.focus();
  field(root)?.select();
}

document.addEventListener("keydown", (event) => {
  const root = event.target.closest?.("[data-directory]");
  if (!root || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") back(root);
  else if (event.target === field(root)) {
    const deeds = {
      ArrowDown: () => move(root, 1),
      ArrowUp: () => move(root, -1),
      Enter: () => openSelected(root),
    };
    if (!deeds[event.key] || !hits(root).length) return;
    deeds[event.key]();
  } else if (/^[1-9]$/.test(event.key) && event.target.closest("[data-directory-entry]")) {
    root.querySelectorAll("[data-directory-pick]")[Number(event.key) - 1]?.click();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const hit = event.target.closest?.("[data-directory-hit]");
  if (hit) select(hit.closest("[data-directory]"), hit);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const root = event.target.closest?.("[data-directory]");
  if (!root) return;
  if (event.target.id === "directory-results") {
    select(root, hits(root)[0]);
    root.querySelector("#directory-entry").replaceChildren();
  } else if (event.target.id === "directory-entry") {
    root.querySelector("[data-directory-chosen]")?.focus();
  }
});
