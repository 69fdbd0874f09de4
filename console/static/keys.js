// Keys for the hand that does not hold the mouse. Fields and buttons keep theirs; the help turns them off.

import { bindSwitch, onKeys } from "./single_keys.js";

export function listenToKeys({ player, transcript, finder, corrections, missed, findings, decisions }) {
  const help = document.getElementById("keys-help");
  const click = (selector) => document.querySelector(selector)?.click();
  const neighbour = (name, direction) => {
    const buttons = [...document.querySelectorAll(`[data-${name}]`)];
    const at = buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");
    const wraps = name === "channel";
    buttons[wraps ? (at + direction) % buttons.length : at + direction]?.click();
  };
  const edge = (side) => {
    const now = { start: player.time, end: Math.min(player.time + 1, player.duration) };
    const kept = player.selection ?? now;
    const span = { start: side === "start" ? player.time : kept.start, end: side === "end" ? player.time : kept.end };
    if (span.end > span.start) player.select(span);
    else player.select(side === "start" ? now : { start: Math.max(0, player.time - 1), end: player.time });
  };
  const deeds = {
    " ": () => player.toggle(),
    arrowleft: () => player.step(-3),
    arrowright: () => player.step(3),
    n: findings.next,
    p: findings.previous,
    b: findings.lead,
    c: decisions.confirm,
    r: decisions.reject,
    u: decisions.undo,
    m: missed.open,
    e: () => corrections.open(document.activeElement.closest(".turn") ?? transcript?.turn),
    g: () => document.querySelector("#marks-form input[type=radio]")?.focus(),
    o: () => click("#loop"),
    s: () => click("#skip"),
    x: () => neighbour("channel", 1),
    "-": () => neighbour("speed", -1),
    "=": () => neighbour("speed", 1),
    "+": () => neighbour("speed", 1),
    "[": () => edge("start"),
    "]": () => edge("end"),
    z: () => click('[data-zoom="2"]'),
    y: () => click('[data-zoom="0.5"]'),
    "/": finder.focus,
    "?": () => help.showModal(),
  };
  onKeys((key) => deeds[key.toLowerCase()]);
  document.getElementById("help")?.addEventListener("click", () => help.showModal());
  bindSwitch(help.querySelector("#keys-on"));
}
