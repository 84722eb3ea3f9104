// People are added and removed without a reload, and the total follows; without this script the same buttons post.
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
  person.querySelector("input").focus();
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
  if (button.name === "add") add(); else remove(button);
  showTotal();
});
form.addEventListener("change", showTotal);
document.querySelector("#problems")?.focus();
