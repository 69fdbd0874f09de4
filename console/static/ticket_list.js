// The dispatcher's list by keyboard: rows are walked and opened without a mouse.

import { onKeys } from "./single_keys.js";

const links = () => [...document.querySelectorAll("tr[data-ticket] th a")];

function step(by) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next]?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.getElementById("f-text").focus(),
  "]": () => document.querySelector('.ticket-paging [rel="next"]')?.click(),
};

// Who goes back from a ticket comes to this queue again.
sessionStorage.setItem("hotline-ticket-list", location.pathname + location.search);

onKeys((key) => KEYS[key]);
