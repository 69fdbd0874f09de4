// [ and ] go to the period before and after, as the links say. Fields keep their keys.

document.addEventListener("keydown", (event) => {
  const rel = { "[": "prev", "]": "next" }[event.key];
  if (!rel || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  document.querySelector(`a[rel="${rel}"]`)?.click();
});
