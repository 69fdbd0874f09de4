// A blind review by keyboard: a digit answers the question at hand and goes on to the next.

const form = document.getElementById("blind");
const questions = [...form.querySelectorAll("[data-choice]")];

const isAnswered = (question) => question.querySelector("input:checked") !== null;

/** The question that has the focus, else the first one that waits for its answer. */
function questionAtHand() {
  return document.activeElement.closest("[data-choice]") ?? questions.find((one) => !isAnswered(one));
}

function goOn(question) {
  const next = questions[questions.indexOf(question) + 1];
  const field = next ? (next.querySelector("input:checked") ?? next.querySelector("input")) : form.score;
  field.focus({ preventScroll: true });
  (next ?? field).scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("textarea, select, input:not([type=radio])");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
  const question = questionAtHand();
  const field = question?.querySelector(`input[data-key="${event.key}"]`);
  if (!field) return;
  event.preventDefault();
  field.checked = true;
  goOn(question);
});
