// <setlist-booking>: a set, the form to book places on it, and what became of the booking.

const CHECKS_MS = [0, 1500, 3000, 5000];

class SetlistBooking extends SetlistElement {
  static observedAttributes = ["set", "site-key", "topics"];
  loadingClass = "card loading";
  #isChosen = false;

  // Back by the Back button on a page that the browser kept: a booking that was sent is asked after, or begun anew
  // where it was told already; whoever had sent nothing finds what they typed.
  #comeBack = ({ persisted }) => {
    if (persisted && this.set && (this.isSending || findKept(this.set))) this.start();
  };

  connectedCallback() {
    addEventListener("pageshow", this.#comeBack);
    const marked = markedFor(this);
    if (marked) this.setAttribute("set", marked);
    super.connectedCallback();
  }

  disconnectedCallback() {
    removeEventListener("pageshow", this.#comeBack);
  }

  get facts() {
    return { set: this.set.slug, status: this.set.enrolment_status };
  }

  // Show this set, and bring it to the reader.
  choose(set) {
    if (this.isSending) return this.root.querySelector("h2").focus();
    this.#isChosen = true;
    if (this.getAttribute("set") === set) this.start();
    else this.setAttribute("set", set);
  }

  async load() {
    const wanted = this.#loadSet(this.getAttribute("set"));
    const [set, topics] = await this.admitted(Promise.all([wanted, this.#loadTopics()]));
    return (stays) => {
      this.set = set;
      const hasReturned = takeMark(set.slug);
      const held = findKept(set);
      if (held) return this.#follow({ set, ...held }, stays);
      return hasReturned ? this.#wonder() : this.#offer(topics);
    };
  }

  async #loadSet(wanted, cache) {
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
    const { set } = this;
    const isOpen = set.enrolment_status === "open" && set.prices.length > 0;
    const form = isOpen && new BookingForm(this, set, topics, entry, () => this.#send(form, topics));
    this.show(make("article.card.form.stack.wide", { part: "card" }, this.#about(), form ? form.form : this.#closed()));
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
        set.location && make("p", { lang: set.language, textContent: set.location }),
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
    if (!form.begin(form.check())) return;
    const { set } = form;
    try {
      const booking = { ...form.body, return_url: returnAddress(set.slug) };
      this.#booked(set, await form.post(`/v1/sets/${set.id}/bookings`, booking));
    } catch (error) {
      await this.#refused(form, topics, error);
    }
  }

  // A set that changed meanwhile is loaded anew, and what was typed is kept.
  async #refused(form, topics, error) {
    this.report(error);
    const isOutdated = ["set-full", "enrolment-closed", "terms-out-of-date", "price-not-available"].includes(error.code);
    if (isOutdated) this.set = await this.#loadSet(form.set.id, "no-cache").catch(() => form.set);
    form.isBusy = false;
    if (isOutdated) {
      form = this.#offer(topics, form.entry);
      if (!form) return this.root.querySelector("h2").focus();
    }
    form.showRefusal(error, (pointer) => form.controlAt(pointer));
  }

  #booked(set, booked) {
    const { id, status, total, enrolments, checkout_url: checkout } = booked;
    this.emit("booked", { booking: id, set: set.slug, status, places: enrolments.length, total });
    const held = { set, id, token: booked.holder_token, manage: booked.manage_url };
    if (status !== "awaiting_payment") return this.#become(held, booked);
    keep(held);
    if (checkout) return this.#pay(held, checkout);
    this.#unpaid(held, booked, "payments-unavailable");
  }

  #pay({ set, id }, address) {
    this.emit("paying", { booking: id, set: set.slug });
    location.assign(address);
  }

  // Back from paying, or given up: ask what has become of it, for as long as there is no answer.
  async #follow(held, stays) {
    this.showCard(make("p", { role: "status" }, this.say("checking")));
    let trouble;
    for (const pause of CHECKS_MS) {
      await sleep(pause);
      if (!stays()) return;
      try {
        const booking = await this.#ask(held, "payment-check");
        if (stays()) this.#become(held, booking);
        return;
      } catch (error) {
        if (error.status === 401 || error.status === 404) return this.#startAgain(held);
        trouble = error.code;
      }
    }
    const booking = await this.#ask(held).catch(() => null);
    if (stays()) this.#become(held, booking, trouble);
  }

  #ask({ id, token }, act) {
    const path = `/v1/bookings/${id}${act ? `/${act}` : ""}`;
    return call(path, { method: act ? "POST" : "GET", headers: { Authorization: `Bearer ${token}` } });
  }

  // `booking` is null where even that cannot be found out, for which `trouble` is the reason.
  #become(held, booking, trouble) {
    if (booking?.status === "confirmed") return this.#confirmed(held, booking);
    if (booking && booking.status !== "awaiting_payment") return this.#over(held);
    if (!booking?.payment_pending) return this.#unpaid(held, booking, trouble);
    const row = make("div.row", {}, this.#manage(held), this.#check(held));
    this.panel(this.say("pending"), "", title(held), make("p", {}, this.say("pendingText")), row);
  }

  #confirmed(held, { enrolments }) {
    forget(held.set);
    this.panel(
      this.say("confirmed"),
      "done",
      title(held),
      make("p", {}, this.say("confirmedText", { n: enrolments.length })),
      dates(this, held.set),
      make("div.row", {}, this.link(this.say("calendar"), `${held.manage}/calendar.ics`, "button"), this.#manage(held)),
    );
  }

  #over(held) {
    forget(held.set);
    this.panel(this.say("over"), "", title(held), make("p", {}, this.say("overText")), this.#again(""));
  }

  #unpaid(held, booking, trouble) {
    const until = booking?.held_until && this.language.moment(booking.held_until, held.set.timezone);
    const notice = make("p.notice", { part: "notice", role: "alert", hidden: true });
    const say = (text) => Object.assign(notice, { textContent: text, hidden: false });
    const pay = this.button(this.say("pay"), async () => {
      const { stays } = this;
      try {
        const { checkout_url: address } = await this.#ask(held, "checkout");
        if (stays()) this.#pay(held, address);
      } catch (error) {
        say(this.refusal(error.code));
      }
    });
    this.panel(
      this.say("unpaid"),
      "",
      title(held),
      until && make("p", {}, this.say("unpaidUntil", { until })),
      notice,
      make("div.row", {}, pay, this.#check(held, () => say(this.say("notYet")))),
      make("div.row", {}, this.#manage(held), this.#again("plain small", () => this.#startAgain(held))),
    );
    if (trouble) say(this.refusal(trouble));
  }

  #check(held, unchanged) {
    return this.button(this.say("checkAgain"), async () => {
      const { stays } = this;
      const booking = await this.#ask(held, "payment-check").catch(() => null);
      if (!stays()) return;
      if (booking && (booking.status !== "awaiting_payment" || booking.payment_pending)) this.#become(held, booking);
      else unchanged?.();
    }, "plain");
  }

  #again(look, action = () => this.start()) {
    return this.button(this.say("again"), action, look);
  }

  #startAgain({ set }) {
    forget(set);
    return this.start();
  }

  // They come back from paying, and this browser kept nothing of the booking.
  #wonder() {
    this.panel(this.say("unknown"), "", make("p", {}, this.say("unknownText")), this.#again("plain small"));
  }

  #manage({ manage }) {
    return this.link(this.say("manage"), manage);
  }
}

const title = ({ set }) => make("p.eyebrow", { lang: set.language, textContent: set.title });

define("setlist-booking", SetlistBooking);
