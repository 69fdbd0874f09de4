// What every page shares: refusals that are told instead of swallowed, links without blank filters.

const notice = document.getElementById("notice");

function tell(sentence) {
  notice.textContent = sentence;
  notice.hidden = false;
}

function hush() {
  notice.hidden = true;
}

// What a page asks for by itself, every few seconds, must not wipe away what a person has not read yet.
const isByItself = (event) => "byItself" in event.detail.elt.dataset;

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (!isByItself(event)) hush();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && notice.textContent === notice.dataset.offline) hush();
});
document.body.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.responseText));
document.body.addEventListener("htmx:sendError", () => tell(notice.dataset.offline));

document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});

// On a phone the filters start folded, so that the first call is in sight.
const filters = document.getElementById("more-filters");
if (filters && window.matchMedia("(max-width: 720px)").matches) {
  filters.open = false;
}

// On a phone a bar is longer than the screen: the part of it where one is comes into sight.
for (const here of document.querySelectorAll("nav [aria-current=page]")) {
  const bar = here.closest("nav");
  bar.scrollLeft = here.offsetLeft - bar.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
}
