// Keys for the hand that does not hold the mouse. Fields and buttons keep theirs.

export function listenToKeys(player, findings) {
  const deeds = { " ": () => player.toggle(), n: findings.next, p: findings.previous };
  document.addEventListener("keydown", (event) => {
    const deed = deeds[event.key.toLowerCase()];
    if (!deed || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    event.preventDefault();
    deed();
  });
}

function isTaken(event) {
  const typing = event.target.closest("input, textarea, select");
  const pressing = event.key === " " && event.target.closest("button, summary, a, audio");
  return Boolean(typing || pressing);
}
