// How many tickets are late, or soon will be, stands before the page's title and in the tabs, and stays true.

const title = document.title;
const told = document.getElementById("ticket-alarms");
// On a list: how many its queue had when it was loaded. A list that is filtered does not know.
const fresh = document.querySelector(".ticket-count[data-queue]") && document.getElementById("ticket-fresh");
const shown = fresh?.dataset.count;
let before;

function show(event) {
  const counts = JSON.parse(event.data);
  const alarms = counts.due_soon + counts.overdue;
  document.title = alarms ? `(${alarms}) ${title}` : title;
  for (const count of document.querySelectorAll(".ticket-count[data-queue]")) {
    if (!(count.dataset.queue in counts)) continue;
    count.textContent = String(counts[count.dataset.queue]);
    if (count.dataset.queue === "overdue") count.classList.toggle("late", counts.overdue > 0);
  }
  told.hidden = alarms === 0;
  const words = told.dataset.words.replace("{soon}", counts.due_soon).replace("{late}", counts.overdue);
  if (told.textContent !== words) told.textContent = words;
  if (before !== undefined && counts.overdue > before) told.classList.add("late");
  before = counts.overdue;
  if (fresh && fresh.dataset.queue in counts) fresh.hidden = String(counts[fresh.dataset.queue]) === shown;
}

// The browser connects again by itself; where it is refused, the next click says why.
new EventSource("/tickets/stream").addEventListener("queues", show);
