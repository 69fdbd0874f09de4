// The sound: an audio element that fetches by range, and a waveform drawn from the server's peaks.

import WaveSurfer from "./vendor/wavesurfer.esm.js";
import RegionsPlugin from "./vendor/regions.esm.js";
import TimelinePlugin from "./vendor/timeline.esm.js";
import { clock } from "./clock.js";

const CHANNEL_HEIGHT_PX = 56;
const RIGHT = 1; // the channel of what the caller hears

/** Opens the player of a call. Times are seconds from the answer, which are seconds in the file. */
export function openPlayer(section) {
  const audio = section.querySelector("audio");
  const player = new Player(audio, Number(section.dataset.duration));
  bindControls(section, player);
  drawWave(section, audio).then(
    (wave) => player.wave(wave),
    (error) => sayBroken(section, error),
  );
  return player;
}

/** Plays the audio element; knows where a moment ends. */
class Player extends EventTarget {
  constructor(audio, duration) {
    super();
    this.audio = audio;
    this.duration = duration;
    this.stopAt = null;
    this.frame = null;
    audio.addEventListener("play", () => this.#run());
    audio.addEventListener("pause", () => this.#told());
    audio.addEventListener("seeked", () => this.#told());
    audio.addEventListener("ended", () => this.#told());
  }

  get time() {
    return this.audio.currentTime;
  }

  get isPlaying() {
    return !this.audio.paused;
  }

  toggle() {
    this.stopAt = null;
    return this.isPlaying ? this.audio.pause() : this.audio.play();
  }

  /** Plays from a moment on. */
  playFrom(start) {
    this.stopAt = null;
    this.#seek(start);
    return this.audio.play();
  }

  /** Plays one moment and pauses. */
  playSpan(start, end) {
    this.#seek(start);
    this.stopAt = Math.min(end, this.duration);
    return this.audio.play();
  }

  setSpeed(speed) {
    this.audio.playbackRate = speed;
  }

  /** The waveform is there: a click or drag on it ends the moment that was being played. */
  wave(wave) {
    wave.on("interaction", () => {
      this.stopAt = null;
    });
    this.waveform = wave;
    this.dispatchEvent(new Event("wave"));
  }

  #seek(time) {
    this.audio.currentTime = Math.max(0, Math.min(time, this.duration));
  }

  #run() {
    if (this.stopAt !== null && this.time >= this.stopAt) {
      this.audio.pause();
      this.stopAt = null;
    }
    this.#told();
    cancelAnimationFrame(this.frame);
    if (this.isPlaying) this.frame = requestAnimationFrame(() => this.#run());
  }

  #told() {
    this.dispatchEvent(new Event("time"));
  }
}

function bindControls(section, player) {
  const play = section.querySelector("#play");
  const time = section.querySelector("#time");
  const word = play.querySelector(".play-word");
  play.addEventListener("click", () => player.toggle());
  player.addEventListener("time", () => {
    time.textContent = clock(player.time);
    play.setAttribute("aria-pressed", String(player.isPlaying));
    word.textContent = player.isPlaying ? play.dataset.pause : play.dataset.play;
  });
  const speeds = [...section.querySelectorAll("[data-speed]")];
  for (const button of speeds) {
    button.addEventListener("click", () => {
      player.setSpeed(Number(button.dataset.speed));
      for (const other of speeds) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}

async function drawWave(section, audio) {
  const answer = await fetch(section.dataset.peaks, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  const { peaks, duration_s: duration } = await answer.json();
  const regions = RegionsPlugin.create();
  const wave = WaveSurfer.create({
    container: section.querySelector("#wave"),
    media: audio,
    peaks,
    duration,
    normalize: true,
    barHeight: 0.92,
    height: CHANNEL_HEIGHT_PX,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    dragToSeek: true,
    hideScrollbar: true,
    cspNonce: section.dataset.nonce,
    plugins: [regions, drawScale(section)],
    ...colours(peaks.length),
  });
  wave.regions = regions;
  wave.on("ready", () => drawPlaces(section, regions, peaks.length));
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => wave.setOptions(colours(peaks.length)));
  section.classList.add("drawn");
  return wave;
}

function drawScale(section) {
  return TimelinePlugin.create({
    height: 18,
    container: section.querySelector("#timeline"),
    secondaryLabelOpacity: 1,
    style: { fontSize: "11px", color: "inherit" },
  });
}

/** The colours that the style sheet has for this scheme. */
function colours(channels) {
  const channel = (name) => ({ waveColor: colour(`${name}-soft`), progressColor: colour(name) });
  const both = [channel("caller"), channel("operator")].map((one) => ({ ...one, height: CHANNEL_HEIGHT_PX }));
  const split = channels === 2 ? { splitChannels: both } : channel("caller");
  return { ...split, cursorColor: colour("ink"), cursorWidth: 2 };
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Where the caller was: spans of the channel that the caller hears. */
function drawPlaces(section, regions, channels) {
  for (const mark of section.querySelectorAll("#marks li")) {
    const isPause = mark.dataset.place === "paused"; // then neither channel was recorded
    const region = regions.addRegion({
      start: Number(mark.dataset.start),
      end: Number(mark.dataset.end),
      channelIdx: channels === 2 && !isPause ? RIGHT : -1,
      content: isPause ? mark.textContent : "",
      color: colour(`place-${mark.dataset.place}`),
      drag: false,
      resize: false,
    });
    region.element.style.pointerEvents = "none"; // a click there is a click on the waveform
  }
}

function sayBroken(section, error) {
  console.error(error);
  const sentence = document.createElement("p");
  sentence.className = "problem";
  sentence.setAttribute("role", "alert");
  sentence.textContent = section.dataset.broken;
  section.querySelector(".wave-box").replaceWith(sentence);
}
