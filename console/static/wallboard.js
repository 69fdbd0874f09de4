// Keeps the wallboard's figures current, and says in words when they no longer are.

const board = document.getElementById("board");
const live = document.getElementById("live");
const SILENT_MS = 10_000; // a board comes every second: after this the figures on the wall are old
const AGAIN_MS = 5_000;

let silence;

function show(isLive) {
  const words = isLive ? live.dataset.live : live.dataset.lost;
  live.classList.toggle("lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
}

function listen() {
  clearTimeout(silence);
  silence = setTimeout(() => show(false), SILENT_MS);
}

function paint(event) {
  const fresh = new DOMParser().parseFromString(event.data, "text/html");
  board.replaceChildren(...fresh.body.childNodes);
  show(true);
  listen();
}

// The browser connects again by itself unless it was refused, e.g. because the sign-in has expired.
async function ask() {
  try {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (answer.type === "opaqueredirect") location.reload();
    else follow();
  } catch {
    setTimeout(ask, AGAIN_MS);
  }
}

function follow() {
  const stream = new EventSource(board.dataset.stream);
  stream.addEventListener("board", paint);
  stream.addEventListener("error", () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    show(false);
    setTimeout(ask, AGAIN_MS);
  });
}

listen();
follow();
