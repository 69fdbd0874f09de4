// The waveform, drawn from the server's peaks, and what lies on it.

import WaveSurfer from "./vendor/wavesurfer.esm.js";
import RegionsPlugin from "./vendor/regions.esm.js";
import TimelinePlugin from "./vendor/timeline.esm.js";
import { clock } from "./clock.js";

const CHANNEL_HEIGHT_PX = 56;
const RIGHT = 1; // the channel of what the caller hears
const TIMES_PX = 18; // of the scale below the channels
const STRIP_PX = 5; // of a turn or a loss, along the edge of its channel
const CLOSEST_PX = 240; // a second, at most
const SHORTEST_S = 0.05; // of a selection

/** Draws a call's waveform; a promise of it. */
export async function drawWave(section, player) {
  const answer = await fetch(section.dataset.peaks, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  const { peaks, duration_s: duration } = await answer.json();
  const regions = RegionsPlugin.create();
  const wave = WaveSurfer.create({
    container: section.querySelector("#wave"),
    media: player.audio,
    peaks,
    duration,
    normalize: true,
    barHeight: 0.92,
    height: CHANNEL_HEIGHT_PX,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    hideScrollbar: true,
    cspNonce: section.dataset.nonce,
    plugins: [regions, drawScale()],
    ...colours(peaks.length),
  });
  wave.regions = regions;
  wave.channels = peaks.length;
  wave.on("ready", () => {
    drawPlaces(section, wave);
    drawMoments(section, wave);
    bindSelection(player, wave);
  });
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => wave.setOptions(colours(peaks.length)));
  bindLegend(section, wave);
  bindZoom(section, wave, duration);
  section.classList.add("drawn");
  return wave;
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Lays a span of a layer on the waveform; a click or a drag there is one on the waveform. */
export function lay(wave, layer, { start, end, channel = null, content = "", id = null, tint = null }) {
  const region = wave.regions.addRegion({
    id: id ?? `${layer}-${start}-${channel}`,
    start,
    end,
    channelIdx: wave.channels === 2 && channel !== null ? channel : -1,
    content,
    color: colour(tint ?? layer),
    drag: false,
    resize: false,
  });
  region.element.dataset.layer = layer;
  const height = CHANNEL_HEIGHT_PX * (region.channelIdx < 0 ? wave.channels : 1);
  Object.assign(region.element.style, { top: `${CHANNEL_HEIGHT_PX * Math.max(0, region.channelIdx)}px`, height: `${height}px` });
  region.element.style.pointerEvents = "none";
  if (!isShown(layer)) region.element.style.display = "none";
  return region;
}

function drawScale() {
  return TimelinePlugin.create({ height: TIMES_PX, secondaryLabelOpacity: 1, style: { fontSize: "11px", color: "inherit" } });
}

/** The colours that the style sheet has for this scheme. */
function colours(channels) {
  const channel = (name) => ({ waveColor: colour(`${name}-soft`), progressColor: colour(name) });
  const both = [channel("caller"), channel("operator")].map((one) => ({ ...one, height: CHANNEL_HEIGHT_PX }));
  const split = channels === 2 ? { splitChannels: both } : channel("caller");
  return { ...split, cursorColor: colour("ink"), cursorWidth: 2 };
}

/** Where the caller was: spans of the channel that the caller hears. */
function drawPlaces(section, wave) {
  for (const mark of section.querySelectorAll("#marks li")) {
    const isPause = mark.dataset.place === "paused"; // then neither channel was recorded
    lay(wave, `place-${mark.dataset.place}`, {
      start: Number(mark.dataset.start),
      end: Number(mark.dataset.end),
      channel: isPause ? null : RIGHT,
      content: isPause ? mark.textContent : "",
    });
  }
}

/** Who spoke when, silences over the norm, both at once, lost packets. */
function drawMoments(section, wave) {
  const told = section.querySelector("#moments").dataset;
  for (const moment of told.stretches.split(" ").filter(Boolean)) {
    const [layer, start, end, side] = moment.split(",");
    const channel = side === "" ? null : Number(side);
    const tint = layer === "turn" ? (channel === RIGHT ? "operator" : "caller") : layer;
    const region = lay(wave, layer, { start: Number(start), end: Number(end), channel, tint });
    if (told[layer]) region.element.title = told[layer];
    if (layer === "turn" || layer === "loss") strip(region.element, layer, channel);
  }
}

function strip(element, layer, channel) {
  const offset = layer === "loss" ? STRIP_PX + 1 : 0;
  element.style.height = `${STRIP_PX}px`;
  element.style.top = `${channel === RIGHT ? 2 * CHANNEL_HEIGHT_PX - STRIP_PX - offset : offset}px`;
}

const tenths = (seconds) => `${clock(seconds)}.${Math.floor((seconds % 1) * 10)}`;

function isShown(layer) {
  return document.querySelector(`[data-layer="${layer}"]`)?.checked ?? true;
}

function bindLegend(section, wave) {
  for (const box of document.querySelectorAll(".legend [data-layer]")) {
    box.addEventListener("change", () => {
      for (const region of wave.regions.getRegions()) {
        if (region.element.dataset.layer === box.dataset.layer) region.element.style.display = box.checked ? "" : "none";
      }
    });
  }
}

/** Twice as near or as far; never farther than the whole call. */
function bindZoom(section, wave, duration) {
  let nearness = 1;
  for (const button of section.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const whole = section.querySelector("#wave").clientWidth / duration;
      const nearest = Math.max(1, CLOSEST_PX / whole);
      nearness = Math.min(nearest, Math.max(1, nearness * Number(button.dataset.zoom)));
      wave.setOptions({ hideScrollbar: nearness === 1 });
      wave.zoom(nearness === 1 ? 0 : whole * nearness);
      section.dataset.nearness = String(nearness);
    });
  }
}

/** Dragging selects; a selection of words is shown here too. */
function bindSelection(player, wave) {
  const bar = document.getElementById("selection");
  let own = null;
  let isLaying = false; // the region is ours, and the selection is known already
  wave.regions.enableDragSelection({ color: colour("selected-span"), id: "selection" }, 4);
  const took = (region) => {
    if (region.id !== "selection" || isLaying) return;
    own?.remove();
    own = region;
    player.select({ start: region.start, end: region.end });
  };
  wave.regions.on("region-created", took);
  wave.regions.on("region-updated", (region) => {
    if (region.id === "selection") player.select({ start: region.start, end: region.end });
  });
  player.addEventListener("selection", () => {
    const chosen = player.selection;
    bar.hidden = !chosen;
    if (!chosen || chosen.end - chosen.start < SHORTEST_S) {
      own?.remove();
      own = null;
      bar.hidden = true;
      return;
    }
    bar.querySelector("#selected").textContent = `${tenths(chosen.start)}–${tenths(chosen.end)} ${chosen.text ?? ""}`;
    if (own?.start === chosen.start && own?.end === chosen.end) return;
    isLaying = true;
    own?.remove();
    own = wave.regions.addRegion({ id: "selection", start: chosen.start, end: chosen.end, color: colour("selected-span"), drag: false });
    isLaying = false;
  });
  bar.querySelector("#play-selection").addEventListener("click", () => player.playSpan(player.selection.start, player.selection.end));
  bar.querySelector("#drop-selection").addEventListener("click", () => player.select(null));
}
