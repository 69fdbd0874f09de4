// One call: the waveform, the transcript in step with it, the findings, and what a person says of all that.

import { openPlayer } from "./player.js";
import { openTranscript } from "./transcript.js";
import { pickWords } from "./picking.js";
import { findInTranscript } from "./finding.js";
import { watchFindings } from "./findings.js";
import { watchDecisions } from "./decisions.js";
import { watchCorrections } from "./corrections.js";
import { watchMissed } from "./missed.js";
import { keepDrafts } from "./drafts.js";
import { keepSession } from "./session.js";
import { listenToKeys } from "./keys.js";
import { watchMasks } from "./masks.js";

const section = document.getElementById("player");
const session = keepSession();
keepDrafts(session);
const decisions = watchDecisions();
if (section) {
  const player = openPlayer(section);
  const transcript = openTranscript(player);
  const finder = findInTranscript(transcript);
  const picked = pickWords(player, transcript);
  const corrections = watchCorrections(transcript);
  const missed = watchMissed(player);
  const findings = watchFindings(player);
  listenToKeys({ player, transcript, finder, picked, corrections, missed, findings, decisions });
  watchMasks(player);
  section.dataset.ready = "true";
}
