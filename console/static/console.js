// What every page shares: refusals that are told instead of swallowed, links without blank filters.

const notice = document.getElementById("notice");

function tell(sentence) {
  notice.textContent = sentence;
  notice.hidden = false;
}

function hush() {
  notice.hidden = true;
}

document.body.addEventListener("htmx:beforeRequest", hush);
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
