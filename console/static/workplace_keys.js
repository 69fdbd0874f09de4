// Keys of the operator's page. F-keys work while one types, digits in the wrap-up alone, ? where nobody types.

export function listenToWorkKeys({ focusSearch, focusReasons }) {
  const help = document.getElementById("work-keys");
  const submit = (id) => document.getElementById(id)?.requestSubmit();
  const deeds = {
    F2: focusSearch,
    F4: () => document.getElementById("work-to")?.focus(),
    F6: focusReasons,
    F8: () => submit("work-read"),
    F9: () => document.querySelector("#work-pause button:not([hidden])")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const deed = deeds[event.key] ?? single(event);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  document.getElementById("work-help").addEventListener("click", () => help.showModal());

  function single(event) {
    const { target, key } = event;
    if (target.closest("#work-wrap-up")) {
      const button = document.querySelector(`#work-wrap-up [data-number="${CSS.escape(key)}"]`);
      if (button) return () => button.click();
    }
    const typing = target.closest("input:not([type=hidden]), textarea");
    if (target.id === "work-to" && key === "Enter") return () => submit("work-transfer");
    return key === "?" && !typing ? () => help.showModal() : undefined;
  }
}
