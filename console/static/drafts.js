// What is typed and not sent yet is kept on the server, a moment after the last key.

const PAUSE_MS = 700;

/** Keeps every field with a `data-draft`, and puts back what an earlier page has kept. */
export function keepDrafts(session) {
  const state = document.getElementById("draft-state");
  if (!state?.dataset.call || !document.querySelector("[data-draft]")) return;
  new Drafts(state, session).open();
}

class Drafts {
  constructor(state, session) {
    this.state = state;
    this.session = session;
    this.address = `/api/calls/${encodeURIComponent(state.dataset.call)}/draft`;
    this.pending = {};
    this.kept = new Set();
    this.timer = null;
  }

  async open() {
    for (const event of ["input", "change"]) document.addEventListener(event, ({ target }) => this.#note(target));
    document.addEventListener("forget", ({ detail }) => this.#forget(detail));
    document.addEventListener("visibilitychange", () => document.hidden && this.#send());
    window.addEventListener("pagehide", () => this.#send());
    this.session.onReturn(() => this.#send());
    document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
      const form = detail.requestConfig.elt; // the event's own element stands where the form was
      if (detail.successful && form.matches("form[data-keeps]")) this.#forget(namesIn(form));
    });
    const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
    if (answer.ok) this.#restore((await answer.json()).fields);
  }

  #note(field) {
    const name = field.dataset?.draft;
    if (!name) return;
    this.pending[name] = field.value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(), PAUSE_MS);
  }

  /** These were sent for good, or given up. */
  #forget(names) {
    for (const name of names) {
      delete this.pending[name];
      if (this.kept.delete(name)) this.pending[name] = "";
    }
    this.#send();
  }

  async #send() {
    clearTimeout(this.timer);
    const fields = this.pending;
    if (!Object.keys(fields).length) return;
    this.pending = {};
    for (const [name, text] of Object.entries(fields)) if (text) this.kept.add(name);
    const body = JSON.stringify({ fields });
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    try {
      const answer = await fetch(this.address, { method: "PUT", headers, body, keepalive: true });
      if (answer.ok) return this.#tell(this.state.dataset.kept);
      if (answer.status === 401) this.session.ended();
    } catch {
      // Told below: the network is away, and the next key tries again.
    }
    this.pending = { ...fields, ...this.pending };
    return this.#tell(this.state.dataset.lost);
  }

  #restore(fields) {
    let restored = 0;
    for (const [name, text] of Object.entries(fields)) {
      this.kept.add(name);
      const own = [...document.querySelectorAll("[data-draft]")].filter((field) => field.dataset.draft === name);
      for (const field of own) put(field, text);
      if (!own.length) document.dispatchEvent(new CustomEvent("draft", { detail: { name, text } }));
      restored += 1;
    }
    if (fields["added-rule"] || fields["added-why"]) document.getElementById("add").open = true;
    if (restored) this.#tell(this.state.dataset.restored);
  }

  #tell(sentence) {
    this.state.textContent = sentence;
  }
}

function put(field, text) {
  if (field.type === "radio") field.checked = field.value === text;
  else field.value = text;
}

function namesIn(form) {
  return new Set([...form.querySelectorAll("[data-draft]")].map((field) => field.dataset.draft));
}
