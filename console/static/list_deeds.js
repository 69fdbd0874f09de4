// What is done with a row: its finding is heard, confirmed or rejected, and that undone; the call is taken.

const BEFORE_S = 1;
const AFTER_S = 1;
const UNDO_MS = 10_000;
const TOLD_MS = 6_000;

const toast = document.getElementById("list-told");
const undoButton = document.getElementById("list-undo");
const audio = document.getElementById("list-audio");

export class Deeds {
  constructor(rows) {
    this.rows = rows;
    this.heard = null; // the row that sounds
    this.decided = null; // what can still be undone
    undoButton.addEventListener("click", () => this.undo());
    audio.addEventListener("timeupdate", () => {
      if (audio.currentTime >= this.until) this.stop();
    });
    audio.addEventListener("pause", () => this.heard?.classList.remove("sounding"));
    audio.addEventListener("error", () => this.heard && this.tell(toast.dataset.noSound));
  }

  tell(sentence, { undo = false } = {}) {
    clearTimeout(this.hush);
    toast.querySelector(".list-told-text").textContent = sentence;
    undoButton.hidden = !undo;
    toast.hidden = false;
    this.hush = setTimeout(() => (toast.hidden = true), undo ? UNDO_MS : TOLD_MS);
  }

  stop() {
    audio.pause();
    this.heard?.classList.remove("sounding");
    this.heard = null;
  }

  /** The span of the finding, with a second before and after it; once more stops it. */
  async play(row) {
    if (!row) return;
    const isPlaying = this.heard?.dataset.call === row.dataset.call && !audio.paused;
    this.stop();
    if (isPlaying) return;
    if (row.dataset.start === undefined) return this.tell(toast.dataset.noSound);
    const from = Math.max(0, Number(row.dataset.start) - BEFORE_S);
    this.until = Number(row.dataset.end) + AFTER_S;
    this.heard = row;
    row.classList.add("sounding");
    audio.src = `/calls/${encodeURIComponent(row.dataset.call)}/audio#t=${from},${this.until}`;
    try {
      await audio.play();
      this.tell(toast.dataset.playing.replace("{title}", row.querySelector(".evidence-words")?.textContent ?? ""));
    } catch (error) {
      if (error.name !== "AbortError") this.tell(toast.dataset.noSound); // another row was asked for meanwhile
    }
  }

  async decide(row, decision, reason = "") {
    if (!row) return;
    if (!row.dataset.finding) return this.tell(toast.dataset.nothing);
    const { call, finding, title } = row.dataset;
    const path = `/calls/${encodeURIComponent(call)}/findings/${finding}`;
    if (!(await this.send(`${path}/review`, { decision, reason }))) return;
    this.decided = { call, path, title, until: Date.now() + UNDO_MS };
    const done = decision === "confirmed" ? toast.dataset.confirmed : toast.dataset.rejected;
    this.tell(done.replace("{title}", title), { undo: true });
    await this.rows.renew(row);
  }

  async undo() {
    const decided = this.decided;
    if (!decided) return;
    if (Date.now() > decided.until) return this.tell(toast.dataset.late);
    this.decided = null;
    if (!(await this.send(`${decided.path}/undo`, {}))) return;
    this.tell(toast.dataset.undone);
    const row = this.rows.all.find((one) => one.dataset.call === decided.call);
    if (row) await this.rows.renew(row);
  }

  async claim(row) {
    const form = row?.querySelector(".list-claim");
    if (!form) return;
    const isMine = "mine" in row.dataset;
    if (!(await this.send(new URL(form.action).pathname, { call: row.dataset.call }))) return;
    this.tell(isMine ? toast.dataset.returned : toast.dataset.taken);
    await this.rows.renew(row);
  }

  /** The review of a call, which is taken for it where nobody has it. */
  async finish(row) {
    let mine = row;
    if (!("mine" in row.dataset)) {
      await this.claim(row);
      mine = this.rows.all.find((one) => one.dataset.call === row.dataset.call);
      if (!mine || !("mine" in mine.dataset)) return;
    }
    const { call, version } = mine.dataset;
    if (!(await this.send(`/calls/${encodeURIComponent(call)}/case`, { step: "finish", version }))) return;
    this.tell(toast.dataset.finished);
    await this.rows.renew(mine);
  }

  /** The marks of the four standards, where one has not given all yet; what one wrote beside them stays. */
  async mark(row, marks) {
    const { call, marks: seen } = row.dataset;
    const isSaved = await this.send(`/calls/${encodeURIComponent(call)}/marks`, { ...marks, seen });
    if (isSaved) row.dataset.marked = "";
    return isSaved;
  }

  /** A form of ours; what is refused is told in the page's notice. */
  async send(path, fields) {
    const notice = document.getElementById("notice");
    const body = new URLSearchParams({ ...fields, csrf: document.getElementById("list-table").dataset.csrf });
    try {
      const answer = await fetch(path, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" });
      if (answer.ok || answer.type === "opaqueredirect") {
        notice.hidden = true;
        return true;
      }
      notice.textContent = await answer.text();
    } catch {
      notice.textContent = notice.dataset.offline;
    }
    notice.hidden = false;
    return false;
  }
}
