// The sound: an audio element that fetches by range, and how it is played.

import { channelsOf } from "./channels.js";
import { clock } from "./clock.js";
import { drawWave } from "./waveform.js";

const LEAD_S = 0.2; // before speech, when a silence is skipped

/** Opens the player of a call. Times are seconds from the answer, which are seconds in the file. */
export function openPlayer(section) {
  const audio = section.querySelector("audio");
  const player = new Player(audio, Number(section.dataset.duration));
  bindControls(section, player);
  drawWave(section, player).then(
    (wave) => player.wave(wave),
    (error) => sayBroken(section, error),
  );
  return player;
}

/** Plays the audio element; knows where a moment ends, what is skipped, and what is selected. */
class Player extends EventTarget {
  constructor(audio, duration) {
    super();
    this.audio = audio;
    this.duration = duration;
    this.span = null; // the moment that is being played
    this.selection = null; // {start, end}, and of words {first, last, text}
    this.quiet = []; // stretches in which nobody speaks, in order
    this.isSkipping = false;
    this.isLooping = false;
    this.frame = null;
    this.channels = channelsOf(audio);
    audio.preservesPitch = true;
    audio.addEventListener("play", () => this.#run());
    for (const event of ["pause", "seeked", "ended"]) audio.addEventListener(event, () => this.#told());
    audio.addEventListener("ended", () => this.isLooping && this.span && this.playSpan(this.span.start, this.span.end));
    audio.addEventListener("timeupdate", () => this.#keepWithin()); // frames stop in a tab that nobody sees
  }

  get time() {
    return this.audio.currentTime;
  }

  get isPlaying() {
    return !this.audio.paused;
  }

  get stopAt() {
    return this.span?.end ?? null;
  }

  toggle() {
    if (this.isPlaying) return this.audio.pause();
    if (!this.isLooping) this.span = null;
    return this.audio.play();
  }

  /** Plays from a moment on. */
  playFrom(start) {
    this.span = null;
    this.seek(start);
    return this.audio.play();
  }

  /** Plays one moment and pauses, or plays it again and again. */
  playSpan(start, end) {
    this.span = { start: Math.max(0, start), end: Math.min(end, this.duration) };
    this.audio.loop = false;
    this.seek(start);
    return this.audio.play();
  }

  step(seconds) {
    this.span = null;
    this.seek(this.time + seconds);
  }

  setSpeed(speed) {
    this.audio.playbackRate = speed;
  }

  setLooping(isOn) {
    this.isLooping = isOn;
    if (isOn && !this.span && this.selection) this.span = { ...this.selection };
    this.audio.loop = isOn && !this.span;
  }

  /** Selects a span, or nothing. */
  select(selection) {
    this.selection = selection;
    this.dispatchEvent(new Event("selection"));
  }

  /** The waveform is there: a click on it ends the moment that was being played. */
  wave(wave) {
    wave.on("interaction", () => {
      this.span = null;
    });
    this.waveform = wave;
    this.dispatchEvent(new Event("wave"));
  }

  seek(time) {
    this.audio.currentTime = Math.max(0, Math.min(time, this.duration));
  }

  #run() {
    this.#keepWithin();
    this.#told();
    cancelAnimationFrame(this.frame);
    if (this.isPlaying) this.frame = requestAnimationFrame(() => this.#run());
  }

  #keepWithin() {
    if (!this.isPlaying) return;
    if (this.span && this.time >= this.span.end) {
      if (this.isLooping) this.seek(this.span.start);
      else {
        this.audio.pause();
        this.span = null;
      }
    } else if (this.isSkipping) this.#skip();
  }

  #skip() {
    const stretch = this.quiet.find(([start, end]) => this.time >= start && this.time < end - LEAD_S);
    if (stretch) this.seek(stretch[1] - LEAD_S + 0.01);
  }

  #told() {
    this.dispatchEvent(new Event("time"));
  }
}

function bindControls(section, player) {
  const play = section.querySelector("#play");
  const time = section.querySelector("#time");
  const seek = section.querySelector("#seek");
  const word = play.querySelector(".play-word");
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--player-height", `${section.offsetHeight}px`);
  }).observe(section);
  play.addEventListener("click", () => player.toggle());
  seek.hidden = false;
  seek.addEventListener("input", () => player.seek(Number(seek.value)));
  player.addEventListener("time", () => {
    time.textContent = clock(player.time);
    if (document.activeElement !== seek || player.isPlaying) seek.value = String(player.time);
    seek.setAttribute("aria-valuetext", clock(player.time));
    play.setAttribute("aria-pressed", String(player.isPlaying));
    word.textContent = player.isPlaying ? play.dataset.pause : play.dataset.play;
  });
  for (const button of section.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => player.step(Number(button.dataset.step)));
  }
  choose(section, "speed", (speed) => player.setSpeed(Number(speed)));
  choose(section, "channel", (channel) => player.channels.hear(channel));
  press(section.querySelector("#skip"), (isOn) => {
    player.isSkipping = isOn;
  });
  press(section.querySelector("#loop"), (isOn) => player.setLooping(isOn));
}

/** Buttons of which one is pressed. */
function choose(section, name, deed) {
  const buttons = [...section.querySelectorAll(`[data-${name}]`)];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      deed(button.dataset[name]);
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    });
  }
}

/** A button that is on or off. */
function press(button, deed) {
  button?.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    deed(isOn);
  });
}

function sayBroken(section, error) {
  console.error(error);
  const sentence = document.createElement("p");
  sentence.className = "problem";
  sentence.setAttribute("role", "alert");
  sentence.textContent = section.dataset.broken;
  section.querySelector(".wave-box").replaceWith(sentence);
}
