// A session that has ended: the sign-in comes to the page, so that nothing typed is lost.

/** Watches for refusals that ask for a sign-in. */
export function keepSession() {
  const session = new Session(document.getElementById("signed-out"));
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401 || !session.dialog) return;
    event.preventDefault();
    session.ended(event.detail.elt, event.detail.requestConfig.triggeringEvent?.submitter);
  });
  return session;
}

class Session {
  constructor(dialog) {
    this.dialog = dialog;
    this.again = null;
    this.listeners = [];
    if (!dialog) return;
    this.problem = dialog.querySelector("#again-problem");
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn().catch(() => this.#tell());
    });
    dialog.querySelector("#again-done").addEventListener("click", () => this.#look().catch(() => this.#tell()));
  }

  /** Calls back once somebody is signed in again. */
  onReturn(listener) {
    this.listeners.push(listener);
  }

  /** The session is over; a form that was refused is sent again afterwards. */
  ended(form = null, button = null) {
    if (!this.dialog) return;
    if (form) this.again = { form, button };
    if (this.dialog.open) return;
    this.problem.hidden = true;
    this.dialog.showModal();
    this.dialog.querySelector("input").focus();
  }

  async #signIn() {
    const page = parse(await (await fetch("/sign-in")).text());
    const body = new URLSearchParams({
      csrf: page.querySelector("[name=csrf]").value,
      name: this.dialog.dataset.name,
      password: this.dialog.querySelector("#again-password").value,
      next: location.pathname,
    });
    await fetch("/sign-in", { method: "POST", body });
    await this.#look();
  }

  /** Signed in as the same person? Then the forms get the new session's token. */
  async #look() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = parse(await answer.text());
    const name = page.getElementById("signed-out")?.dataset.name;
    if (name !== this.dialog.dataset.name) return this.#tell();
    const { value } = page.querySelector("[name=csrf]");
    for (const root of [document, ...[...document.querySelectorAll("template")].map((one) => one.content)]) {
      for (const field of root.querySelectorAll("[name=csrf]")) field.value = value;
    }
    this.dialog.querySelector("#again-password").value = "";
    this.dialog.close();
    for (const listener of this.listeners) listener();
    const { form, button } = this.again ?? {};
    this.again = null;
    if (button?.isConnected) button.click(); // htmx sends the value of a button that was clicked
    else if (form?.isConnected) form.requestSubmit();
    return undefined;
  }

  #tell() {
    this.problem.textContent = this.dialog.dataset.wrong;
    this.problem.hidden = false;
  }
}

function parse(text) {
  return new DOMParser().parseFromString(text, "text/html");
}
