// The page somebody comes back to from paying: word of the payment may be a moment behind them, so ask for it.
"use strict";

const form = document.querySelector("form[data-check]");
const said = document.querySelector("[data-checking]");
const PAUSES = [1500, 2500, 4000, 6000, 10000, 15000];

async function ask(pauses) {
  if (pauses.length === 0) {
    said.textContent = "No payment has arrived yet. If you have paid, it will: you can close this page, and we write to you.";
    return;
  }
  await new Promise((resume) => { setTimeout(resume, pauses[0]); });
  try {
    const answer = await fetch(form.action, { method: "POST", redirect: "manual" });
    if (answer.type === "opaqueredirect") return void location.replace(location.pathname);
  } catch {
    // Out of reach for a moment: the next turn asks again.
  }
  return ask(pauses.slice(1));
}

if (form && said) {
  said.hidden = false;
  ask(PAUSES);
}
