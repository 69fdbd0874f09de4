// Single keys on a page: fields and buttons keep theirs, and they can be turned off.

const OFF = "hotline-keys-off"; // a setting of this browser, nothing of anybody's words

const areOn = () => localStorage.getItem(OFF) !== "yes";

export function bindSwitch(box) {
  if (!box) return;
  box.checked = areOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
}

/** Run the deed of a key, unless somebody types or presses what the key is for. */
export function onKeys(deedOf) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !areOn() || isTaken(event)) return;
    const deed = deedOf(event.key);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  document.documentElement.dataset.keys = "ready"; // from now on a key is heard
}

function isTaken({ key, target }) {
  if (document.querySelector("dialog[open]")) return true;
  const typing = target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
  const pressing = [" ", "Enter"].includes(key) && target.closest("button, summary, a, audio, input");
  const moving = key.startsWith("Arrow") && target.closest("input, audio");
  return Boolean(typing || pressing || moving);
}
