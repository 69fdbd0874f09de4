// The list of keys, and the question why a finding is rejected.

export function openDialogs(deeds) {
  const help = document.getElementById("list-help");
  const reasons = document.getElementById("list-reasons");
  const marks = document.getElementById("list-marks");
  const fields = [...marks.querySelectorAll("input")];
  let asked = null; // the row whose finding is to be rejected, or which is to be marked

  document.getElementById("open-help").addEventListener("click", (event) => {
    event.preventDefault();
    help.showModal();
  });
  reasons.addEventListener("keydown", (event) => {
    if (/^[1-9]$/.test(event.key)) reasons.querySelectorAll("button[value]:not(.quiet)")[event.key - 1]?.click();
  });
  reasons.addEventListener("close", () => {
    const reason = reasons.returnValue;
    reasons.returnValue = "";
    if (asked && reason) deeds.decide(asked, "rejected", reason);
    asked?.focus({ preventScroll: true });
    asked = null;
  });

  // A figure goes on to the next mark; behind the last one is the button.
  marks.addEventListener("input", (event) => {
    if (event.target.value === "") return;
    const next = fields[fields.indexOf(event.target) + 1] ?? marks.querySelector("button");
    next.focus();
  });
  marks.addEventListener("close", async () => {
    const row = asked;
    asked = null;
    if (!row) return;
    row.focus({ preventScroll: true });
    const given = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    if (marks.returnValue === "give" && (await deeds.mark(row, given))) await deeds.finish(row);
  });

  return {
    /** Finish; the marks that a review needs are asked for before, where there are none. */
    finish(row) {
      if (row?.dataset.version === undefined) return;
      if (row.dataset.finding || "marked" in row.dataset) {
        deeds.finish(row);
        return;
      }
      asked = row;
      marks.returnValue = "";
      for (const field of fields) field.value = "";
      marks.showModal();
    },
    help: () => help.showModal(),
    askReason(row) {
      if (!row) return;
      if (!row.dataset.finding) {
        deeds.decide(row, "rejected"); // tells that there is none
        return;
      }
      asked = row;
      reasons.returnValue = "";
      reasons.showModal();
    },
  };
}
