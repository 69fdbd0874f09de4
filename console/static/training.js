// A playlist played as one: when a clip ends the next begins; only one sounds at a time.

const players = [...document.querySelectorAll("audio")];
const button = document.getElementById("play-all");
const start = button?.textContent;
let isRunning = false;

function show(running) {
  isRunning = running;
  button.textContent = running ? button.dataset.stop : start;
}

async function play(player) {
  player.closest("li").scrollIntoView({ block: "nearest" });
  player.currentTime = 0;
  try {
    await player.play();
  } catch (error) {
    if (error.name !== "AbortError") throw error; // paused before it began
  }
}

function stopOthers(current) {
  for (const player of players) if (player !== current) player.pause();
}

for (const [at, player] of players.entries()) {
  player.addEventListener("play", () => stopOthers(player));
  player.addEventListener("ended", () => {
    if (!isRunning) return;
    if (at + 1 < players.length) play(players[at + 1]);
    else show(false);
  });
}

if (button && players.length > 0) {
  button.hidden = false;
  button.addEventListener("click", () => {
    show(!isRunning);
    if (isRunning) play(players[0]);
    else stopOthers(null);
  });
}
