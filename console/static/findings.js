// The findings: each plays its moments, and stands in the waveform.

import { lay } from "./waveform.js";

const BEFORE_S = 1;
const AFTER_S = 1;
const LEAD_S = 2; // of a listening that goes on after the finding

let current = null; // the id of the finding that was played last; a decision replaces its element

/** The finding at hand, or null. */
export function currentFinding() {
  return current ? document.getElementById(current) : null;
}

/** Connects the findings to the player. Listens on the page, for decisions replace findings. */
export function watchFindings(player) {
  document.body.addEventListener("click", (event) => {
    const moment = event.target.closest("[data-moment]");
    if (moment?.closest(".finding")) toggle(player, moment);
  });
  document.body.addEventListener("focusin", (event) => {
    const finding = event.target.closest(".finding");
    if (finding && finding.id !== current) {
      current = finding.id;
      mark(player);
    }
  });
  player.addEventListener("time", () => mark(player));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    mark(player);
    keepFocus(event.detail.target);
    if (event.detail.target.id === "added") draw(player); // one more, or one less
  });
  player.addEventListener("wave", () => {
    player.waveform.on("click", (share) => playAt(player, share * player.duration));
    if (player.waveform.getDecodedData()) draw(player);
    else player.waveform.once("ready", () => draw(player));
  });
  return {
    next: () => step(player, 1),
    previous: () => step(player, -1),
    lead: () => {
      const start = currentFinding()?.dataset.start;
      player.playFrom((start === undefined ? player.time : Number(start)) - LEAD_S);
    },
  };
}

/** The button that was pressed is gone: whoever works by keyboard goes on from the finding. */
function keepFocus(swapped) {
  if (document.activeElement !== document.body || !swapped.id) return;
  document.getElementById(swapped.id)?.focus({ preventScroll: true });
}

/** A second click on a moment that is being played pauses it. */
function toggle(player, moment) {
  const finding = moment.closest(".finding");
  const isOwn = player.span?.moment === moment.dataset.from && finding.classList.contains("sounding");
  if (isOwn) player.audio.pause();
  else play(player, finding, moment);
}

function mark(player) {
  const isSounding = player.isPlaying && player.stopAt !== null;
  for (const finding of document.querySelectorAll(".finding")) {
    finding.classList.toggle("current", finding.id === current);
    finding.classList.toggle("sounding", isSounding && finding.id === current);
  }
}

function play(player, finding, moment = null) {
  current = finding.id;
  mark(player);
  const from = moment?.dataset.from ?? finding.dataset.start;
  const to = moment?.dataset.to ?? finding.dataset.end;
  if (from === undefined) return null;
  const playing = player.playSpan(Number(from) - BEFORE_S, Number(to) + AFTER_S);
  player.span.moment = from;
  return playing;
}

/** Goes to the next finding in the order of the page that is in sight, and plays it where there is anything. */
function step(player, direction) {
  const all = [...document.querySelectorAll(".finding")].filter((one) => one.offsetParent);
  if (!all.length) return;
  const at = all.findIndex((one) => one.id === current);
  const first = direction > 0 ? 0 : all.length - 1;
  const finding = at < 0 ? all[first] : all[(at + direction + all.length) % all.length];
  (finding.querySelector("[data-moment]") ?? finding).focus({ preventScroll: true });
  finding.scrollIntoView({ block: "nearest" });
  play(player, finding);
}

/** A click on a finding in the waveform plays it; elsewhere the click is a jump. */
function playAt(player, time) {
  const hit = player.waveform.regions
    .getRegions()
    .find((region) => region.element.dataset.layer === "finding" && region.element.style.display !== "none" && region.start <= time && time <= region.end);
  const finding = hit && document.getElementById(hit.id);
  if (finding) play(player, finding);
}

function draw(player) {
  for (const region of player.waveform.regions.getRegions()) {
    if (region.element.dataset.layer === "finding") region.remove();
  }
  for (const finding of document.querySelectorAll('.finding[data-verdict="fail"][data-start]')) {
    const region = lay(player.waveform, "finding", {
      id: finding.id,
      start: Number(finding.dataset.start),
      end: Number(finding.dataset.end),
      tint: "finding-span",
    });
    region.element.title = finding.querySelector("h3").textContent;
  }
}
