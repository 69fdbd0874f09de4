// One call: the waveform, the transcript in step with it, and the findings that play their moment.

import { openPlayer } from "./player.js";
import { followWords } from "./transcript.js";
import { watchFindings } from "./findings.js";
import { listenToKeys } from "./keys.js";
import { watchMasks } from "./masks.js";

const section = document.getElementById("player");
if (section) {
  const player = openPlayer(section);
  followWords(player);
  const findings = watchFindings(player);
  listenToKeys(player, findings);
  watchMasks(player);
  section.dataset.ready = "true";
}
