// The booking form: what it shows, what was typed, and where each error of the server belongs.

class BookingForm extends Form {
  #people = [];
  #made = 0;

  // With what had been typed before; `topics` is null where the newsletter cannot be offered.
  constructor(element, set, topics, entry = {}, onsubmit) {
    super(element, onsubmit);
    Object.assign(this, { set, topics: topics?.data ?? [], wording: topics?.wording });
    this.rows = make("div.stack", {});
    this.add = element.button(this.say("add"), () => this.#addPerson({}, true), "plain small");
    this.total = make("p.money.large", { part: "total", "aria-live": "polite" });
    for (const person of entry.others ?? []) this.#addPerson(person);
    const parts = [this.summary, this.#prices(entry), this.#booker(entry), this.#participants(entry), this.#texts(), this.#news(entry), this.#end()];
    this.form.append(...parts.filter(Boolean));
    this.form.addEventListener("change", () => this.#reckon());
    this.#reckon();
  }

  get price() {
    const { prices } = this.set;
    return this.#mustChoose ? prices.find(({ id }) => this.isTicked(id)) : prices[0];
  }

  get #mustChoose() {
    const { prices } = this.set;
    return prices.length > 1 || Boolean(prices[0]?.band);
  }

  get places() {
    return this.#people.length + (this.isTicked("coming") ? 1 : 0);
  }

  get entry() {
    return {
      price: this.price?.id,
      name: this.value("booker-name"),
      email: this.value("booker-email"),
      organisation: this.value("organisation"),
      coming: this.isTicked("coming"),
      others: this.#people.map((id) => ({ name: this.value(`${id}-name`), email: this.value(`${id}-email`) })),
      topics: tickedTopics(this, this.topics),
    };
  }

  get body() {
    const { name, email, organisation, coming, others, topics } = this.entry;
    const { terms, ground_rules: rules } = this.set;
    const { id, band, payment_methods: methods } = this.price;
    return {
      price_id: id,
      payment_method: methods.includes("none") ? "none" : "card",
      booker: { name, email, organisation: organisation || band ? { name: organisation || null, income_band: band } : null },
      participants: coming ? [{ name, email }, ...others] : others,
      accepted: { terms: terms?.id ?? null, ground_rules: rules?.id ?? null },
      newsletter: topics.length ? { topics, wording_id: this.wording.id } : null,
    };
  }

  // What is missing or malformed, as far as a browser can tell.
  check() {
    return [
      ...(this.price ? [] : [["prices", this.say("choosePrice")]]),
      ...this.checkText("booker-name"),
      ...this.checkEmail("booker-email"),
      ...this.#people.flatMap((id) => [...this.checkText(`${id}-name`), ...this.checkEmail(`${id}-email`)]),
      ...(this.places ? [] : [["people", this.say("nobody")]]),
      ...["rules", "terms"].filter((id) => this.control(id) && !this.isTicked(id)).map((id) => [id, this.say("mustAccept")]),
    ];
  }

  // The control that a pointer of the server's leads to, or null.
  controlAt(pointer) {
    const [, part, place, field] = pointer.split("/");
    if (part === "participants") {
      if (place === undefined) return "people";
      const person = this.isTicked("coming") ? +place - 1 : +place;
      return `${person < 0 ? "booker" : this.#people[person]}-${field === "email" ? "email" : "name"}`;
    }
    if (part === "booker") {
      if (place === "organisation") return field === "income_band" ? this.#priceControl : "organisation";
      return place === "email" ? "booker-email" : "booker-name";
    }
    const known = { price_id: this.#priceControl, accepted: place === "terms" ? "terms" : "rules", newsletter: "news" };
    return known[part] && this.control(known[part]) ? known[part] : null;
  }

  get #priceControl() {
    return this.#mustChoose ? "prices" : null;
  }

  #prices({ price }) {
    if (!this.#mustChoose) return null;
    const { prices } = this.set;
    const { language } = this.element;
    const banded = prices.some(({ band }) => band);
    const choices = prices.map(({ id, name, amount, vat }) => {
      const rate = +vat.rate_percent;
      const hint = rate && amount.amount_minor ? this.say("vat", { rate }) : undefined;
      const aside = make("span.money", { textContent: language.money(amount) });
      const picked = { name: "price", value: id, checked: id === price, required: true };
      return this.choice({ id, label: name, lang: this.set.language, hint, aside, type: "radio", ...picked });
    });
    const boxed = make("div.boxed.stack.close", {}, ...choices);
    const hint = banded && make("p.hint", {}, this.say("bandHint"));
    return this.group("prices", this.say(banded ? "bandLegend" : "priceLegend"), hint, boxed);
  }

  #booker({ name, email, organisation }) {
    return make(
      "fieldset.stack",
      {},
      make("legend", {}, this.say("aboutYou")),
      make(
        "div.pair.stack",
        {},
        this.field({ id: "booker-name", label: this.say("name"), value: name, autocomplete: "name" }),
        this.field({ id: "organisation", label: this.say("organisation"), value: organisation, autocomplete: "organization", optional: true }),
      ),
      this.field({ id: "booker-email", label: this.say("email"), hint: this.say("emailHint"), type: "email", value: email, autocomplete: "email" }),
    );
  }

  #participants({ coming = true }) {
    this.limit = make("p.hint", { hidden: true }, this.say("allTaken"));
    const me = this.choice({ id: "coming", label: this.say("iCome"), checked: coming });
    return this.group("people", this.say("whoComes"), me, this.rows, make("div.row", {}, this.add, this.limit));
  }

  #addPerson({ name, email }, byHand = false) {
    if (byHand && this.places >= this.set.places_left) return;
    const id = `person-${++this.#made}`;
    const heading = make("legend.row.apart", {});
    const row = make("fieldset.person.stack", { part: "person" }, heading);
    const remove = this.element.button(this.say("remove"), () => this.#remove(id, row), "plain small");
    row.append(
      make(
        "div.pair.stack",
        {},
        this.field({ id: `${id}-name`, label: this.say("personName"), value: name }),
        this.field({ id: `${id}-email`, label: this.say("personEmail"), type: "email", value: email }),
      ),
      remove,
    );
    this.#people.push(id);
    this.rows.append(row);
    if (!byHand) return;
    this.#reckon();
    this.element.tell(this.say("added", { n: this.places }));
    this.control(`${id}-name`).focus();
  }

  #remove(id, row) {
    const place = this.#people.indexOf(id);
    this.#people.splice(place, 1);
    row.remove();
    this.#reckon();
    this.element.tell(this.say("removed"));
    const next = this.#people[place] ?? this.#people.at(-1);
    (next ? this.control(`${next}-name`) : this.add).focus();
  }

  #texts() {
    const { ground_rules: rules, terms } = this.set;
    const texts = [["rules", rules, "acceptRules"], ["terms", terms, "acceptTerms"]].filter(([, text]) => text);
    if (!texts.length) return null;
    const shown = texts.flatMap(([id, { title, text_html: html }, label]) => [
      make("details", { lang: this.set.language }, make("summary", { textContent: title }), make("div", { tabIndex: 0 }, prose(html))),
      this.choice({ id, label: this.say(label), required: true }),
    ]);
    return this.group("agree", this.say("agree"), ...shown);
  }

  #news({ topics = [] }) {
    if (!this.topics.length) return null;
    const choices = topicChoices(this, this.topics, this.wording);
    for (const slug of topics) choices.querySelector(`#topic-${slug}`).checked = true;
    return this.group("news", this.say("news"), wordingText(this.wording), choices);
  }

  #end() {
    this.hint = make("p.hint", {}, this.say("payNext"));
    return make(
      "div.total.stack",
      {},
      make("div.row.apart", {}, this.count = make("p"), this.total),
      make("div.row", {}, this.submit, this.status),
      this.hint,
      this.element.privacyLink(),
    );
  }

  // Bring numbers, amounts and buttons in line with what is filled in.
  #reckon() {
    const { language } = this.element;
    const { price, places } = this;
    const sum = price && { ...price.amount, amount_minor: price.amount.amount_minor * places };
    const first = this.isTicked("coming") ? 2 : 1;
    for (const [place, id] of this.#people.entries()) {
      const row = this.control(`${id}-name`).closest("fieldset");
      write(row.querySelector("legend"), this.say("person", { n: first + place }));
      row.querySelector("button").ariaLabel = this.say("removeThis", { n: first + place });
    }
    write(this.count, this.say("places", { n: places }));
    write(this.total, sum ? language.money(sum) : "");
    const isFree = price?.amount.amount_minor === 0;
    write(this.submit, this.say(isFree ? "book" : "toPayment"));
    this.hint.hidden = isFree;
    this.add.hidden = places >= this.set.places_left;
    this.limit.hidden = !this.add.hidden || places < 2;
  }
}
