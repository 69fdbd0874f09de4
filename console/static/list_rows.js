// The rows of the list: one of them is the current one and can have the focus, some are selected.

export class Rows {
  constructor() {
    this.call = null; // of the current row
    this.anchor = null; // of the row selected last
    document.addEventListener("change", (event) => {
      const row = event.target.closest('tr[data-call] input[name="call"]')?.closest("tr");
      if (row) this.noteSelected(row);
    });
    document.addEventListener("focusin", (event) => {
      const row = event.target.closest("tr[data-call]");
      if (row) this.goTo(row, { focus: false });
    });
    document.addEventListener("click", (event) => {
      const box = event.target.closest('tr[data-call] input[name="call"]');
      if (box && event.shiftKey) this.selectRange(box.closest("tr"));
    });
  }

  get all() {
    return [...document.querySelectorAll("tr[data-call]")];
  }

  get current() {
    return this.all.find((row) => row.dataset.call === this.call) ?? null;
  }

  /** After the page or its results have come: buttons that need this script appear, one row can have the focus. */
  begin() {
    document.getElementById("list-table")?.setAttribute("role", "grid");
    document.getElementById("list-table")?.setAttribute("aria-multiselectable", "true");
    for (const row of this.all) this.equip(row);
    const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const first = this.current ?? (linked?.matches("tr[data-call]") ? linked : this.all[0]);
    if (first) this.goTo(first, { focus: first === linked });
    this.tellSelected();
  }

  equip(row) {
    row.tabIndex = -1;
    row.setAttribute("aria-selected", String(this.boxOf(row).checked));
    for (const button of row.querySelectorAll("[data-deed]")) button.hidden = false;
  }

  goTo(row, { focus = true } = {}) {
    const before = this.current;
    if (before && before !== row) {
      before.tabIndex = -1;
      before.removeAttribute("aria-current");
    }
    this.call = row.dataset.call;
    row.tabIndex = 0;
    row.setAttribute("aria-current", "true");
    if (!focus) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  hasFocus(target) {
    return target === document.body || target.closest("#results") !== null;
  }

  /** To a row beside the current one; the first step only shows which row is current. */
  step(by) {
    const all = this.all;
    if (!all.length) return;
    const at = all.indexOf(this.current);
    const isShown = document.activeElement?.closest("tr[data-call]") !== null;
    const next = isShown ? Math.min(Math.max(at + by, 0), all.length - 1) : Math.max(at, 0);
    this.goTo(all[next]);
  }

  open() {
    this.current?.querySelector(".list-open").click();
  }

  boxOf(row) {
    return row.querySelector('input[name="call"]');
  }

  select(row = this.current) {
    if (!row) return;
    this.boxOf(row).checked = !this.boxOf(row).checked;
    this.noteSelected(row);
  }

  selectRange(to = this.current) {
    const all = this.all;
    const from = all.findIndex((row) => row.dataset.call === this.anchor);
    const until = all.indexOf(to);
    if (until < 0) return;
    for (const row of all.slice(Math.min(from < 0 ? until : from, until), Math.max(from, until) + 1)) {
      this.boxOf(row).checked = true;
      row.setAttribute("aria-selected", "true");
    }
    this.noteSelected(to);
  }

  noteSelected(row) {
    this.anchor = row.dataset.call;
    row.setAttribute("aria-selected", String(this.boxOf(row).checked));
    this.tellSelected();
  }

  tellSelected() {
    const chosen = document.querySelector(".list-chosen");
    if (!chosen) return;
    const count = document.querySelectorAll('tr[data-call] input[name="call"]:checked').length;
    chosen.textContent = count ? chosen.dataset.some.replace("{count}", count) : chosen.dataset.none;
    document.getElementById("selection").classList.toggle("some", count > 0);
  }

  /** Put the row as the server has it now in the place of the old one. */
  async renew(row) {
    const table = document.getElementById("list-table");
    const answer = await fetch(`/calls/${encodeURIComponent(row.dataset.call)}/row?${table.dataset.query}`);
    if (!answer.ok) return row;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("tr[data-call]");
    const hadFocus = row.contains(document.activeElement);
    this.boxOf(fresh).checked = this.boxOf(row).checked;
    row.replaceWith(fresh);
    this.equip(fresh);
    if (fresh.dataset.call === this.call) this.goTo(fresh, { focus: hadFocus });
    return fresh;
  }
}
