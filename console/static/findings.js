// The findings: each plays its moment, and stands in the waveform.

import { colour } from "./player.js";

const BEFORE_S = 1;
const AFTER_S = 1;

let current = null; // the id of the finding that was played last; a decision replaces its element

/** Connects the findings to the player. Listens on the page, for decisions replace findings. */
export function watchFindings(player) {
  document.body.addEventListener("click", (event) => {
    const finding = event.target.closest("[data-moment]")?.closest(".finding");
    if (finding) toggle(player, finding);
  });
  player.addEventListener("time", () => {
    mark(player);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    mark(player);
    keepFocus(event.detail.target);
  });
  player.addEventListener("wave", () => {
    const draw = () => drawFindings(player);
    if (player.waveform.getDecodedData()) draw();
    else player.waveform.once("ready", draw);
  });
  return { next: () => step(player, 1), previous: () => step(player, -1) };
}

/** The button that was pressed is gone: whoever works by keyboard goes on from the finding. */
function keepFocus(swapped) {
  if (document.activeElement !== document.body) return;
  document.getElementById(swapped.id)?.focus({ preventScroll: true });
}

/** A second click on a moment that is being played pauses it. */
function toggle(player, finding) {
  if (finding.classList.contains("sounding")) player.audio.pause();
  else play(player, finding);
}

function mark(player) {
  const isSounding = player.isPlaying && player.stopAt !== null;
  for (const finding of document.querySelectorAll(".finding")) {
    finding.classList.toggle("current", finding.id === current);
    finding.classList.toggle("sounding", isSounding && finding.id === current);
  }
}

function play(player, finding) {
  current = finding.id;
  return player.playSpan(Number(finding.dataset.start) - BEFORE_S, Number(finding.dataset.end) + AFTER_S);
}

/** Plays the next finding in the order of the page that can be played and is in sight. */
function step(player, direction) {
  const all = [...document.querySelectorAll(".finding[data-start]")].filter((one) => one.offsetParent);
  if (!all.length) return;
  const at = all.findIndex((one) => one.id === current);
  const first = direction > 0 ? 0 : all.length - 1;
  const finding = at < 0 ? all[first] : all[(at + direction + all.length) % all.length];
  finding.querySelector("[data-moment]").focus({ preventScroll: true });
  finding.scrollIntoView({ block: "nearest" });
  play(player, finding);
}

function drawFindings(player) {
  for (const finding of document.querySelectorAll('.finding[data-verdict="fail"][data-start]')) {
    const region = player.waveform.regions.addRegion({
      id: finding.id,
      start: Number(finding.dataset.start),
      end: Number(finding.dataset.end),
      color: colour("finding-span"),
      drag: false,
      resize: false,
    });
    region.element.title = finding.querySelector("h3").textContent;
    region.on("click", (event) => {
      event.stopPropagation();
      play(player, document.getElementById(finding.id));
    });
  }
}
