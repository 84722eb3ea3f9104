// <setlist-booking>: a set, the form to book places on it, and what became of the booking.

const CHECKS_MS = [0, 1500, 3000, 5000];

class SetlistBooking extends SetlistElement {
  static observedAttributes = ["set", "site-key", "topics"];
  loadingClass = "card loading";
  #keys = new Keys();
  #isChosen = false;

  connectedCallback() {
    // Back from the payment page by the Back button; whoever comes back from elsewhere finds what they typed.
    this.onshow ??= (event) => event.persisted && this.kept?.find() && this.start();
    addEventListener("pageshow", this.onshow);
    const marked = markedFor(this);
    if (marked) this.setAttribute("set", marked);
    super.connectedCallback();
  }

  disconnectedCallback() {
    removeEventListener("pageshow", this.onshow);
  }

  get facts() {
    return { set: this.set.slug, status: this.set.enrolment_status };
  }

  // Show this set, and bring it to the reader.
  choose(set) {
    this.#isChosen = true;
    if (this.getAttribute("set") === set) this.start();
    else this.setAttribute("set", set);
  }

  async load() {
    const [set, topics] = await this.admitted(Promise.all([this.#loadSet(), this.#loadTopics()]));
    this.set = set;
    const hasReturned = takeMark(set.slug);
    this.kept = new Kept(set.id);
    const kept = this.kept.find();
    if (kept) return () => this.#follow(kept, hasReturned);
    return () => (hasReturned ? this.#wonder() : this.#offer(topics));
  }

  async #loadSet(cache) {
    const wanted = this.getAttribute("set");
    if (!wanted) throw new Misplaced("set-missing", "needs a set attribute.");
    try {
      return await call(`/v1/sets/${encodeURIComponent(wanted)}`, { cache });
    } catch (error) {
      if (error.status === 404) throw new Misplaced(error.code, `names a set that is not published: ${wanted}`);
      throw error;
    }
  }

  // A booking does without the newsletter.
  async #loadTopics() {
    const topics = await call("/v1/newsletter/topics").catch(() => null);
    return topics && { ...topics, data: offered(this, topics.data) };
  }

  // The form, or why there is none.
  #offer(topics, entry) {
    const form = new BookingForm(this, () => this.#send(form, topics));
    const isOpen = this.set.enrolment_status === "open" && this.set.prices.length > 0;
    if (isOpen) form.fill(this.set, topics, entry);
    this.show(make("article.card.form.stack.wide", { part: "card" }, this.#about(), isOpen ? form.form : this.#closed()));
    form.form.addEventListener("focusin", () => this.ticket.headers().catch(() => {}), { once: true });
    if (this.#isChosen) this.root.querySelector("h2").focus();
    this.#isChosen = false;
    return form;
  }

  #about() {
    const { set } = this;
    const names = set.facilitators.map((each) => each.name);
    const [price] = set.prices;
    const amount = price && set.prices.length === 1 && !price.band && this.language.money(price.amount);
    return make(
      "header.stack.wide",
      {},
      make(
        "div.stack.close",
        {},
        make("div.row.apart", {}, eyebrow(this, set), places(this, set)),
        make("h2", { part: "heading", tabIndex: -1, lang: set.language, textContent: set.title }),
        make("p", { lang: set.language, textContent: set.summary }),
        names.length > 0 && make("p.soft", {}, this.say("facilitators", { names: this.language.list(names) })),
      ),
      make(
        "section.stack.close",
        {},
        make("h3", {}, this.say("dates", { n: set.sessions.length })),
        make("p.soft", {}, this.say("oneSeat")),
        dates(this, set),
      ),
      amount && make("p.money.large", {}, amount),
    );
  }

  #closed() {
    const status = this.set.enrolment_status === "open" ? "closed" : this.set.enrolment_status;
    return make(
      "div.stack",
      {},
      make("p.notice", { part: "notice", role: "status" }, this.say(status)),
      this.link(this.say("others"), `${SERVER}/sets`),
    );
  }

  async #send(form, topics) {
    const errors = form.check();
    if (errors.length) return form.showErrors(errors);
    form.clearErrors();
    form.isBusy = true;
    const body = JSON.stringify({ ...form.body, return_url: returnAddress(this.set.slug) });
    try {
      const booked = await sendFirmly(`/v1/sets/${this.set.id}/bookings`, {
        headers: { "X-Site-Key": this.siteKey, "Idempotency-Key": this.#keys.keyFor(body) },
        body,
        ticket: this.ticket,
        waiting: () => (form.status.textContent = this.say("retrying")),
      });
      this.#booked(booked);
    } catch (error) {
      form.isBusy = false;
      await this.#refused(form, topics, error);
    }
  }

  // A set that changed meanwhile is loaded anew, and what was typed is kept.
  async #refused(form, topics, error) {
    this.report(error);
    if (["set-full", "enrolment-closed", "terms-out-of-date", "price-not-available"].includes(error.code)) {
      this.set = await this.#loadSet("no-cache").catch(() => this.set);
      form = this.#offer(topics, form.entry);
      if (!form.form.isConnected) return this.root.querySelector("h2").focus();
    }
    form.showRefusal(error, (pointer) => form.controlAt(pointer));
  }

  #booked(booked) {
    const { id, status, total, enrolments, checkout_url: checkout } = booked;
    this.emit("booked", { booking: id, set: this.set.slug, status, places: enrolments.length, total });
    const kept = { id, token: booked.holder_token, manage: booked.manage_url };
    if (status !== "awaiting_payment") return this.#become(kept, booked);
    this.kept.keep(kept);
    if (checkout) return this.#pay(id, checkout);
    this.#unpaid(kept, booked, "payments-unavailable");
  }

  #pay(booking, address) {
    this.emit("paying", { booking, set: this.set.slug });
    location.assign(address);
  }

  // Back from paying, or given up: ask what has become of it, for as long as there is no answer.
  async #follow(kept, hasReturned) {
    this.show(make("div.card.form", { part: "card" }, make("p", { role: "status" }, this.say("checking"))));
    let last;
    for (const pause of CHECKS_MS) {
      await sleep(pause);
      try {
        return this.#become(kept, await this.#ask(kept, "payment-check"), hasReturned);
      } catch (error) {
        last = error;
        if (error.status === 401 || error.status === 404) {
          this.kept.forget();
          return this.start();
        }
      }
    }
    this.#unpaid(kept, await this.#ask(kept).catch(() => null), last.code);
  }

  #ask(kept, act) {
    const path = `/v1/bookings/${kept.id}${act ? `/${act}` : ""}`;
    return call(path, { method: act ? "POST" : "GET", headers: { Authorization: `Bearer ${kept.token}` } });
  }

  #become(kept, booking) {
    if (booking.status === "confirmed") return this.#confirmed(kept, booking);
    if (booking.status !== "awaiting_payment") return this.#over();
    if (!booking.payment_pending) return this.#unpaid(kept, booking);
    const text = make("p", {}, this.say("pendingText"));
    this.panel(this.say("pending"), "", this.#title(), text, make("div.row", {}, this.#manage(kept), this.#check(kept)));
  }

  #confirmed(kept, { enrolments }) {
    this.kept.forget();
    this.panel(
      this.say("confirmed", { n: enrolments.length }),
      "done",
      this.#title(),
      make("p", {}, this.say("confirmedText")),
      dates(this, this.set),
      make("div.row", {}, this.link(this.say("calendar"), `${kept.manage}/calendar.ics`, "button"), this.#manage(kept)),
    );
  }

  #over() {
    this.kept.forget();
    const again = this.button(this.say("again"), () => this.start());
    this.panel(this.say("over"), "", this.#title(), make("p", {}, this.say("overText")), make("div", {}, again));
  }

  // Waiting for payment; `booking` is null where even that cannot be found out.
  #unpaid(kept, booking, trouble) {
    const until = booking?.held_until && this.language.moment(booking.held_until, this.set.timezone);
    const notice = make("p.notice", { part: "notice", role: "alert", hidden: true });
    const say = (text) => Object.assign(notice, { textContent: text, hidden: false });
    const pay = this.button(this.say("pay"), async () => {
      try {
        const { checkout_url: address } = await this.#ask(kept, "checkout");
        this.#pay(kept.id, address);
      } catch (error) {
        say(this.language.words.refusals[error.code] ?? this.say("offline"));
      }
    });
    this.panel(
      this.say("unpaid"),
      "",
      this.#title(),
      until && make("p", {}, this.say("unpaidUntil", { until })),
      notice,
      make("div.row", {}, pay, this.#check(kept, () => say(this.say("notYet")))),
      make("div.row", {}, this.#manage(kept), this.button(this.say("again"), () => this.#startAgain(), "plain small")),
    );
    if (trouble) say(this.language.words.refusals[trouble] ?? this.say("offline"));
  }

  #check(kept, unchanged) {
    return this.button(this.say("checkAgain"), async () => {
      const booking = await this.#ask(kept, "payment-check").catch(() => null);
      if (booking && (booking.status !== "awaiting_payment" || booking.payment_pending)) this.#become(kept, booking);
      else unchanged?.();
    }, "plain");
  }

  #startAgain() {
    this.kept.forget();
    return this.start();
  }

  // They come back from paying, and this browser kept nothing of the booking.
  #wonder() {
    const again = this.button(this.say("again"), () => this.start(), "plain small");
    this.panel(this.say("unknown"), "", make("p", {}, this.say("unknownText")), make("div", {}, again));
  }

  #title() {
    return make("p.eyebrow", { lang: this.set.language, textContent: this.set.title });
  }

  #manage(kept) {
    return this.link(this.say("manage"), kept.manage);
  }
}

define("setlist-booking", SetlistBooking);
