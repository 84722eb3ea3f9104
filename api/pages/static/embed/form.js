// Fields with their errors, for the forms of both elements.

class Form {
  #sent;
  #key;

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
    // The work that the server asks for is done while the visitor types.
    this.form.addEventListener("focusin", () => element.ticket.headers().catch(() => {}), { once: true });
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

  // Show what is wrong, or else be busy from now on; says which.
  begin(errors) {
    this.#clearErrors();
    if (errors.length) this.#showErrors(errors);
    else this.isBusy = true;
    return this.isBusy;
  }

  // To the server: the same content sent again is the same request, an edited one is another.
  post(path, content) {
    const body = JSON.stringify(content);
    // `crypto.randomUUID` is not there on a page without TLS.
    if (body !== this.#sent) [this.#sent, this.#key] = [body, crypto.getRandomValues(new Uint32Array(4)).join("-")];
    const { siteKey, ticket } = this.element;
    const headers = { "X-Site-Key": siteKey, "Idempotency-Key": this.#key };
    const waiting = () => (this.status.textContent = this.say("retrying"));
    return sendFirmly(path, { body, headers, ticket, waiting });
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

  // `more` is what else the input has.
  field({ id, label, hint, type = "text", autocomplete = "off", optional, ...more }) {
    const maxLength = type === "email" ? 254 : 120;
    return make(
      "div.field",
      {},
      make("label", { htmlFor: id }, label, optional && make("span.optional", {}, ` ${this.say("optional")}`)),
      this.#hint(id, hint),
      this.#input({ id, type, autocomplete, maxLength, part: "input", required: !optional, ...more }, hint),
      this.#place(id),
    );
  }

  choice({ id, label, hint, aside, lang, type = "checkbox", ...more }) {
    return make(
      "div.choice",
      {},
      this.#input({ id, type, part: type, ...more }, hint),
      make("label", { htmlFor: id }, make("span", { lang }, label), aside),
      this.#hint(id, hint),
      type === "checkbox" && this.#place(id),
    );
  }

  // Choices under one legend, with one error between them.
  group(id, legend, ...content) {
    return make("fieldset", { id, className: "stack" }, make("legend", {}, legend), ...content, this.#place(id));
  }

  #input(properties, hint) {
    return make("input", { name: properties.id, ...properties, "aria-describedby": hint && `${properties.id}-hint` });
  }

  #hint(id, hint) {
    return hint && make("p.hint", { id: `${id}-hint` }, hint);
  }

  #place(id) {
    return make("p", { id: `${id}-error`, className: "error", hidden: true });
  }

  // Each error is [id of a control or group, or null, text]; the summary takes focus and leads to each.
  #showErrors(found) {
    const errors = found.filter(([id], place) => !id || found.findIndex(([other]) => other === id) === place);
    const items = errors.map(([id, text]) => make("li", {}, id ? this.#pointOut(id, text) : text));
    this.#summarise(make("strong", {}, this.say("summary")), make("ul", {}, ...items));
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
    const link = make("a", { href: `#${id}`, textContent: `${where}: ${text}` });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      inputs[0].focus();
    });
    return link;
  }

  #clearErrors() {
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
    return found.matches("input") ? [found] : [...found.querySelectorAll("[type=radio], [type=checkbox]")];
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
    this.#clearErrors();
    if (error.status === 422 && error.errors.length) {
      return this.#showErrors(error.errors.map(({ pointer, detail }) => this.#refused(find(pointer), detail)));
    }
    const general = error instanceof Unreachable ? "offline" : error.status === 429 ? "tooOften" : "wentWrong";
    this.#summarise(this.element.refusal(error.code, general));
  }

  #refused(id, detail) {
    if (/email/.test(id)) return [id, this.say("badEmail")];
    return [id, this.element.language.tag === "en" ? detail : this.say("check")];
  }
}
