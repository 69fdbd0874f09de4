// Masking: the form takes the player's position, masked spans stand in the waveform, the original on demand.

import { lay } from "./waveform.js";

/** Connects the form, the list of masked spans and the original's button with the player. */
export function watchMasks(player) {
  for (const button of document.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => {
      const isEnd = button.dataset.take.endsWith("end_s");
      const chosen = player.selection && (isEnd ? player.selection.end : player.selection.start);
      document.getElementById(button.dataset.take).value = (chosen ?? player.time).toFixed(2);
    });
  }
  document.getElementById("original")?.addEventListener("click", (event) => hearOriginal(player, event.target));
  player.addEventListener("wave", () => {
    const draw = () => drawMasks(player);
    if (player.waveform.getDecodedData()) draw();
    else player.waveform.once("ready", draw);
  });
}

/** A player of its own, so that nobody takes the original for the recording that is in force. */
function hearOriginal(player, button) {
  player.audio.pause();
  const audio = document.createElement("audio");
  audio.controls = true;
  audio.src = button.dataset.original;
  audio.className = "original";
  button.replaceWith(audio);
  audio.play();
}

function drawMasks(player) {
  for (const mark of document.querySelectorAll("#masks li")) {
    lay(player.waveform, "masked", { start: Number(mark.dataset.start), end: Number(mark.dataset.end), tint: "masked-span" });
  }
}
