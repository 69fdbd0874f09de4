// The list stays true without being loaded again: rows that changed are renewed, new calls are told of.

const EVERY_MS = 15_000;

export class News {
  constructor(rows) {
    this.rows = rows;
    this.marks = new Map();
    setInterval(() => this.look(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Another page of the list has come. */
  begin() {
    this.marks.clear();
    this.look();
  }

  async look() {
    const table = document.getElementById("list-table");
    if (!table || document.hidden) return;
    const query = new URLSearchParams(table.dataset.query);
    query.set("ids", this.rows.all.map((row) => row.dataset.call).join(","));
    query.set("since", table.dataset.since);
    const answer = await fetch(`/calls/news?${query}`).catch(() => null);
    if (!answer?.ok) return; // offline, or signed out: the next deed says so
    const news = await answer.json();
    if (document.getElementById("list-table") !== table) return;
    for (const row of this.rows.all) await this.compare(row, news.rows[row.dataset.call]);
    this.tell(news.new);
  }

  async compare(row, mark) {
    const before = this.marks.get(row.dataset.call);
    this.marks.set(row.dataset.call, mark);
    if (before !== undefined && mark !== undefined && before !== mark) await this.rows.renew(row);
  }

  tell(count) {
    const told = document.getElementById("list-news");
    told.hidden = count === 0;
    told.querySelector("[data-count]").textContent = String(count);
  }
}
