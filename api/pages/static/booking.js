// People are added and removed without a reload, and the total follows; without this script the same buttons post.
// Whoever comes back from the payment page by the Back button finds the people they had added, and their booking.
"use strict";

const form = document.querySelector("[data-booking]");
const list = form.querySelector("[data-people]");
const blank = form.querySelector("template[data-person]");

function people() {
  return [...list.querySelectorAll(".person")];
}

function number(person, position) {
  const previous = person.querySelector("button").value;
  person.querySelectorAll("[data-number]").forEach((place) => { place.textContent = position; });
  person.querySelector("button").value = position;
  for (const name of ["id", "for", "aria-describedby"]) {
    person.querySelectorAll(`[${name}]`).forEach((element) => {
      const renamed = element.getAttribute(name).replaceAll(`person-${previous}-`, `person-${position}-`);
      element.setAttribute(name, renamed);
    });
  }
}

function add() {
  const position = people().length + 1;
  list.append(blank.content.cloneNode(true));
  const person = people().at(-1);
  number(person, position);
  return person;
}

function remove(button) {
  button.closest(".person").remove();
  people().forEach((person, index) => number(person, index + 1));
  form.querySelector("[name=add]").focus();
}

function showTotal() {
  const places = people().length + (form.elements.attending.checked ? 1 : 0);
  form.querySelector("[data-places]").textContent = places;
  const price = form.querySelector("[name=price]:checked, [name=price][type=hidden]");
  if (price) form.querySelector("[data-total]").textContent = money(price.dataset, places);
}

function money({ minor, currency }, places) {
  if (minor === "0") return "Free";
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" });
  return format.format((Number(minor) * places) / 10 ** format.resolvedOptions().maximumFractionDigits);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name]");
  if (!button) return;
  event.preventDefault();
  if (button.name === "add") add().querySelector("input").focus(); else remove(button);
  showTotal();
});
form.addEventListener("change", showTotal);

// The key goes with what is typed: sent again unchanged it is the same booking. The history of this tab alone has it.
form.addEventListener("submit", () => {
  const others = people().map((person) => [...person.querySelectorAll("input")].map((input) => input.value));
  history.replaceState({ key: form.elements.key.value, others }, "");
});

function restore(others) {
  while (people().length < others.length) add();
  others.forEach((typed, place) => {
    people()[place].querySelectorAll("input").forEach((input, index) => { input.value = typed[index]; });
  });
}

// A key that made no booking, or one that is over, is not for another.
async function tellOfBooking(key) {
  const made = form.elements.key.value;
  form.elements.key.value = key;
  const answer = await fetch(form.dataset.booking, { method: "POST", body: new URLSearchParams({ key }) });
  if (answer.status === 404) form.elements.key.value = made;
  if (!answer.ok) return;
  const { status, address } = await answer.json();
  const notice = document.querySelector(`[data-before="${status}"]`);
  notice.querySelector("a").href = address;
  notice.hidden = false;
}

if (history.state?.key) {
  restore(history.state.others);
  tellOfBooking(history.state.key).catch(() => {});
}
addEventListener("pageshow", showTotal);
document.querySelector("#problems")?.focus();
