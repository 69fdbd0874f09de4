// A call's page that was opened at a second of it (`#t=83.4`): the words of that second come into sight.

const second = Number(new URLSearchParams(location.hash.slice(1)).get("t") ?? Number.NaN);
if (Number.isFinite(second)) {
  const words = [...document.querySelectorAll("#turns .word")];
  const word = words.find((one) => Number(one.dataset.end) > second) ?? words.at(-1);
  word?.scrollIntoView({ block: "center" });
  word?.classList.add("lit");
  const audio = document.getElementById("audio");
  const seek = () => (audio.currentTime = second);
  if (audio?.readyState > 0) seek();
  else audio?.addEventListener("loadedmetadata", seek, { once: true });
}
