// A finding that the machine missed: the marked words or the selected span go into the form.

/** Connects the buttons and the form; gives a way to it for the keyboard. */
export function watchMissed(player) {
  const open = () => {
    const form = document.getElementById("add-form");
    if (!form) return;
    document.getElementById("add").open = true;
    fill(form, player.selection);
    form.elements.rule.focus();
    form.scrollIntoView({ block: "nearest" });
  };
  document.body.addEventListener("click", (event) => event.target.closest("[data-miss]") && open());
  player.addEventListener("selection", () => {
    const form = document.getElementById("add-form");
    if (form && document.getElementById("add").open) fill(form, player.selection);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.elt.id === "add-form") player.select(null);
  });
  return { open };
}

function fill(form, chosen) {
  if (!chosen) return;
  form.elements.start_s.value = chosen.start.toFixed(2);
  form.elements.end_s.value = chosen.end.toFixed(2);
  form.elements.first_turn.value = chosen.first ?? "";
  form.elements.last_turn.value = chosen.last ?? "";
  const words = form.querySelector("#marked-words");
  words.textContent = chosen.text ? `“${chosen.text}”` : words.dataset.none;
  words.classList.toggle("has-words", Boolean(chosen.text));
}
