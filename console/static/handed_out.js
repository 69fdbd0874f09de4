// A call that an outsider hears: the word being heard is lit, a click jumps, the speed can be set.

const audio = document.getElementById("handed-audio");
if (audio) {
  offerSpeeds(audio);
  followWords(audio, document.getElementById("handed-turns"));
}

function offerSpeeds(audio) {
  const group = document.querySelector(".speeds");
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const speed = event.target.dataset.speed;
    if (!speed) return;
    audio.playbackRate = Number(speed);
    for (const button of group.children) button.setAttribute("aria-pressed", String(button === event.target));
  });
}

function followWords(audio, list) {
  if (!list) return;
  const words = [...list.querySelectorAll(".word")];
  for (const jump of list.querySelectorAll("[data-jump]")) jump.disabled = false;
  audio.addEventListener("timeupdate", () => {
    const time = audio.currentTime;
    for (const word of words) {
      const isHeard = Number(word.dataset.start) <= time && time < Number(word.dataset.end);
      word.classList.toggle("lit", isHeard && !audio.paused);
    }
  });
  list.addEventListener("click", (event) => {
    const from = event.target.closest("[data-jump]")?.dataset.jump ?? event.target.closest(".word")?.dataset.start;
    if (from === undefined) return;
    audio.currentTime = Number(from);
    audio.play();
  });
}
