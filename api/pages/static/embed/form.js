// Fields with their errors, for the forms of both elements.

class Form {
  constructor(element, onsubmit) {
    this.element = element;
    this.summary = make("div.summary", { part: "errors", tabIndex: -1, hidden: true, role: "alert" });
    this.status = make("p.soft", { role: "status" });
    this.submit = make("button", { type: "submit", className: "button", part: "button" });
    this.form = make("form.stack.wide", { part: "form", noValidate: true });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.isBusy) onsubmit();
    });
    this.form.addEventListener("input", ({ target }) => {
      for (const id of [target.id, target.closest("fieldset")?.id]) if (this.control(`${id}-error`)?.hidden === false) this.#mend(id);
    });
  }

  get isBusy() {
    return this.submit.ariaDisabled === "true";
  }

  // While a request runs the button keeps its focus and does nothing.
  set isBusy(busy) {
    this.element.isSending = busy;
    this.submit.ariaDisabled = busy ? "true" : null;
    this.status.textContent = busy ? this.say("sending") : "";
  }

  say(key, facts) {
    return this.element.say(key, facts);
  }

  control(id) {
    return this.form.querySelector(`#${id}`);
  }

  value(id) {
    return this.control(id)?.value.trim() ?? "";
  }

  isTicked(id) {
    return this.control(id)?.checked ?? false;
  }

  field({ id, label, hint, type = "text", value = "", autocomplete = "off", optional = false }) {
    const input = make("input", { id, name: id, type, value, autocomplete, part: "input", required: !optional });
    input.maxLength = type === "email" ? 254 : 120;
    if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
    return make(
      "div.field",
      {},
      make("label", { htmlFor: id }, label, optional && make("span.optional", {}, ` ${this.say("optional")}`)),
      hint && make("p", { id: `${id}-hint`, className: "hint", textContent: hint }),
      input,
      this.#place(id),
    );
  }

  choice({ id, label, hint, aside, lang, type = "checkbox", name = id, value = "on", checked = false }) {
    const input = make("input", { id, name, type, value, checked, part: type });
    if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
    return make(
      "div.choice",
      { lang },
      input,
      make("label", { htmlFor: id }, label),
      aside,
      hint && make("p", { id: `${id}-hint`, className: "hint", textContent: hint }),
      type === "checkbox" && this.#place(id),
    );
  }

  // Choices under one legend, with one error between them.
  group(id, legend, ...content) {
    return make("fieldset", { id, className: "stack" }, make("legend", {}, legend), ...content, this.#place(id));
  }

  #place(id) {
    return make("p", { id: `${id}-error`, className: "error", hidden: true });
  }

  // Each error is [id of a control or group, or null, text]; the summary takes focus and leads to each.
  showErrors(found) {
    this.clearErrors();
    const errors = found.filter(([id], place) => !id || found.findIndex(([other]) => other === id) === place);
    const items = errors.map(([id, text]) => make("li", {}, id ? this.#pointOut(id, text) : text));
    this.#summarise(make("strong", {}, this.say("summary", { n: errors.length })), make("ul", {}, ...items));
  }

  // What went wrong with the whole form.
  showTrouble(text) {
    this.clearErrors();
    this.#summarise(text);
  }

  #summarise(...content) {
    this.summary.replaceChildren(...content);
    this.summary.hidden = false;
    this.summary.focus();
  }

  #pointOut(id, text) {
    const place = this.control(`${id}-error`);
    Object.assign(place, { textContent: text, hidden: false });
    const inputs = this.#inputs(id);
    for (const input of inputs) {
      input.ariaInvalid = "true";
      this.#describe(input, place.id);
    }
    const named = this.control(id).querySelector("legend") ?? this.form.querySelector(`[for=${id}]`);
    const person = place.closest(".person")?.querySelector("legend");
    const where = [person, named].filter(Boolean).map((each) => each.firstChild.textContent.replace("?", "")).join(", ");
    const link = make("a", { href: `#${id}`, textContent: `${where.replace(/\?$/, "")}: ${text}` });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      inputs[0].focus();
    });
    return link;
  }

  clearErrors() {
    this.summary.hidden = true;
    for (const place of this.form.querySelectorAll(".error")) this.#mend(place.id.replace(/-error$/, ""));
  }

  // The error of one control or group goes as soon as something is done about it.
  #mend(id) {
    this.control(`${id}-error`).hidden = true;
    for (const input of this.#inputs(id)) {
      input.ariaInvalid = null;
      this.#describe(input);
    }
  }

  #describe(input, ...ids) {
    const described = [`${input.id}-hint`, ...ids].filter((id) => this.control(id));
    if (described.length) input.setAttribute("aria-describedby", described.join(" "));
    else input.removeAttribute("aria-describedby");
  }

  #inputs(id) {
    const found = this.control(id);
    return found.matches("input") ? [found] : [...found.querySelectorAll("input[name]:not([required])")];
  }

  checkEmail(id) {
    const value = this.value(id);
    if (!value) return [[id, this.say("needed")]];
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? [] : [[id, this.say("badEmail")]];
  }

  checkText(id) {
    return this.value(id) ? [] : [[id, this.say("needed")]];
  }

  // What the server refused, at the fields that its pointers name; `find` leads from a pointer to a control's id.
  showRefusal(error, find) {
    if (error.status === 422 && error.errors.length) {
      return this.showErrors(error.errors.map(({ pointer, detail }) => this.#refused(find(pointer), detail)));
    }
    const known = this.element.language.words.refusals[error.code];
    const general = error instanceof Unreachable ? "offline" : error.status === 429 ? "tooOften" : "wentWrong";
    return this.showTrouble(known ?? this.say(general));
  }

  #refused(id, detail) {
    if (/email/.test(id)) return [id, this.say("badEmail")];
    return [id, this.element.language.tag === "en" ? detail : this.say("check")];
  }
}
