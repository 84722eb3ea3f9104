// Finance's pages without waiting: how an import and an upload come along. Everything works without this, by links and
// buttons; here it only says sooner what a reload would say.
"use strict";

const WATCH_EVERY_MS = 1500;

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// An import: look again while it runs; the live region speaks as it changes.

async function watchImport() {
  const shown = document.getElementById("fetch-status");
  if (!shown || !shown.dataset.watch) return;
  try {
    const answer = await fetch(shown.dataset.watch, { headers: { "X-CSRF-Token": "watching" }, cache: "no-store" });
    if (!answer.ok) return;
    const now = parsed(await answer.text()).getElementById("fetch-status");
    if (!now) return;
    if (now.innerHTML !== shown.innerHTML) shown.replaceChildren(...now.childNodes);
    if (!now.dataset.watch) {
      delete shown.dataset.watch;
      offerReload(shown);
      return;
    }
  } catch {
    // Offline for a moment: look again.
  }
  setTimeout(watchImport, WATCH_EVERY_MS);
}

function offerReload(shown) {
  if (location.pathname === "/staff/finance/fetch") return;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "Show what came";
  shown.append(link);
}

// An upload: how far it has come; what the server answers takes the page's place.

function upload(form) {
  const file = form.querySelector("input[type=file]").files[0];
  const said = form.querySelector("[data-said]");
  const request = new XMLHttpRequest();
  const [box, bar] = [form.querySelector("[data-progress]"), form.querySelector("progress")];
  const percent = form.querySelector("[data-percent]");
  const button = form.querySelector("button");
  const stop = (sentence) => {
    said.textContent = sentence;
    percent.textContent = sentence;
    button.disabled = false;
  };
  box.hidden = false;
  if (file.size > Number(form.dataset.largest)) {
    stop("This file is larger than 10 MB: download a shorter statement.");
    return;
  }
  button.disabled = true;
  said.textContent = `Uploading ${file.name}`;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.floor((event.loaded / event.total) * 100);
    percent.textContent = bar.value < 100 ? `${bar.value} %` : "Reading it …";
  });
  request.upload.addEventListener("load", () => {
    percent.textContent = "Reading it …";
    said.textContent = "Uploaded; it is being read.";
  });
  request.addEventListener("load", () => {
    if (request.status === 200 && !request.responseURL.endsWith(new URL(form.action).pathname)) {
      location.assign(request.responseURL);
    } else {
      show(request.responseText);
    }
  });
  request.addEventListener("error", () => stop("The connection broke off. Nothing was stored: press the button again."));
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function show(html) {
  const answer = parsed(html);
  const main = answer.querySelector("main");
  if (!main) return;
  document.title = answer.title;
  document.querySelector("main").replaceChildren(...main.childNodes);
  scrollTo(0, 0);
  (document.getElementById("problems") || document.querySelector("main")).focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || !form.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  upload(form);
});

watchImport();
