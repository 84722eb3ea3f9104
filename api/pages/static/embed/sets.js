// A set as it is shown, and <setlist-sets>: what can be booked.

function places(element, set) {
  const { enrolment_status: status, places_left: n } = set;
  const text = status === "open" ? element.say("placesLeft", { n }) : element.language.words.statuses[status];
  return make("span", { className: n < 3 ? "badge few" : "badge", part: "badge", textContent: text });
}

function dates(element, set) {
  const { language } = element;
  const items = set.sessions.map((session) => {
    const off = session.status === "cancelled";
    const time = language.hours(session.starts_at, session.ends_at, set.timezone);
    return make(
      "li",
      {},
      make("span", { className: off ? "cancelled" : "", textContent: language.day(session.starts_at, set.timezone) }),
      make("span.time", { textContent: off ? element.say("dateCancelled") : time }),
    );
  });
  const zones = [...new Set(set.sessions.map((session) => language.zone(session.starts_at, set.timezone)))];
  return make(
    "div.stack.close",
    {},
    make("ol.dates", { part: "dates", role: "list" }, ...items),
    zones.length > 0 && make("p.hint", { textContent: element.say("zone", { zone: language.list(zones) }) }),
  );
}

function eyebrow(element, set) {
  const theme = set.theme.replace(/^./u, (first) => first.toUpperCase());
  const format = element.language.words.formats[set.format];
  return make("p.eyebrow", {}, `${format} · `, make("span", { lang: set.language }, theme));
}

class SetlistSets extends SetlistElement {
  static observedAttributes = ["theme", "format", "link", "for"];
  loadingClass = "card loading brief";

  async load() {
    const query = new URLSearchParams({ limit: "100" });
    for (const name of ["theme", "format"]) if (this.getAttribute(name)) query.set(name, this.getAttribute(name));
    const { data } = await call(`/v1/sets?${query}`);
    return () => this.#list(data);
  }

  #list(sets) {
    const list = make("ul.sets", { role: "list", part: "list" }, ...sets.map((set) => this.#item(set)));
    this.show(sets.length ? list : make("p.card", { part: "card" }, this.say("noSets")));
  }

  #item(set) {
    const first = set.sessions.find((session) => session.status !== "cancelled");
    const starts = first && this.say("starts", { date: this.language.day(first.starts_at, set.timezone) });
    const count = this.say("dates", { n: set.sessions.length });
    return make(
      "li.card.stack",
      { part: "card" },
      make(
        "div.stack.close",
        {},
        eyebrow(this, set),
        make("h2.name", { part: "heading", lang: set.language }, set.title),
        make("p", { lang: set.language }, set.summary),
      ),
      make("p.soft", {}, [starts, count].filter(Boolean).join(" · "), set.location && make("span", { lang: set.language }, ` · ${set.location}`)),
      make("div.row.apart", {}, make("span.money", { textContent: this.#price(set) }), places(this, set)),
      this.#choice(set),
    );
  }

  #price({ prices }) {
    if (!prices.length) return "";
    const amount = this.language.money(prices[0].amount);
    return prices.length > 1 ? this.say("from", { amount }) : amount;
  }

  #choice(set) {
    const template = this.getAttribute("link") ?? `${SERVER}/sets/{slug}`;
    const label = this.say(set.enrolment_status === "open" ? "choose" : "look");
    const link = this.link(label, template.replace("{slug}", set.slug).replace("{id}", set.id), "button plain");
    link.ariaLabel = `${label}: ${set.title}`;
    link.addEventListener("click", (event) => {
      const booking = this.getRootNode().getElementById(this.getAttribute("for"));
      if (!booking?.choose || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      booking.choose(set.slug);
    });
    return link;
  }
}

define("setlist-sets", SetlistSets);
