// Does the work that a form asks of a browser while its visitor types; /static/embed/proof.js knows how.
"use strict";

const proof = document.querySelector("[data-challenge]");
const SLICE_SIZE = 500;

async function prove() {
  const { algorithm, salt, challenge, maxNumber, signature } = JSON.parse(proof.dataset.challenge);
  for (let from = 0; from <= maxNumber; from += SLICE_SIZE) {
    const number = findNumber(salt, challenge, from, Math.min(from + SLICE_SIZE - 1, maxNumber));
    if (number >= 0) {
      proof.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      return;
    }
    await new Promise((resume) => { setTimeout(resume); });
  }
}

// A form without proof is taken too, only less often.
const proving = prove().catch(() => {});

// Sent before the work is done: wait for it, then send on.
async function send(event) {
  if (proof.value) return;
  event.preventDefault();
  await proving;
  proof.form.removeEventListener("submit", send);
  proof.form.requestSubmit(event.submitter);
}

proof.form.addEventListener("submit", send);
