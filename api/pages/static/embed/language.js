// Texts, amounts and dates in the language of the page around the element.

const loadedWords = {};

// The words of a language, loaded once a page; the address changes with this script, so that the two fit together.
function wordsOf(tag) {
  loadedWords[tag] ??= call(`/embed/words/${tag}.json?v=${VERSION}`).catch((error) => {
    delete loadedWords[tag];
    throw error;
  });
  return loadedWords[tag];
}

class Language {
  // The language of the nearest ancestor that names one, through shadow roots, up to the page's own.
  static async of(element) {
    let named;
    for (let place = element; place && !named; place = place.parentNode ?? place.host) named = place.getAttribute?.("lang");
    const spoken = named?.toLowerCase().split("-")[0];
    const tag = LANGUAGES.includes(spoken) ? spoken : "en";
    return new Language(tag, tag === spoken ? named : tag, await wordsOf(tag));
  }

  constructor(tag, locale, words) {
    this.tag = tag;
    this.locales = locale === "en" ? ["en-GB"] : [locale, "en-GB"];
    this.words = words;
    this.plurals = new Intl.PluralRules(tag);
  }

  say(key, facts = {}) {
    let text = this.words[key];
    if (typeof text === "object") {
      text = (facts.n === 0 && text.zero) || (text[this.plurals.select(facts.n)] ?? text.other);
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  }

  money({ amount_minor: minor, currency }) {
    if (minor === 0) return this.words.free;
    const format = new Intl.NumberFormat(this.locales, { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  }

  list(names) {
    return new Intl.ListFormat(this.locales).format(names);
  }

  day(instant, timeZone) {
    const { days, months } = this.words;
    if (!days || Intl.DateTimeFormat.supportedLocalesOf(this.tag).length) {
      const date = this.#format(instant, { day: "numeric", month: "long", year: "numeric", timeZone });
      return `${this.#format(instant, { weekday: "long", timeZone })} ${date}`;
    }
    const [day, month, year] = new Intl.DateTimeFormat("en-GB", { timeZone }).format(new Date(instant)).split("/");
    return `${days[new Date(`${year}-${month}-${day}`).getUTCDay()]} ${+day} ${months[month - 1]} ${year}`;
  }

  hours(from, until, timeZone) {
    const format = new Intl.DateTimeFormat(this.locales, { hour: "2-digit", minute: "2-digit", timeZone });
    return format.formatRange(new Date(from), new Date(until));
  }

  moment(instant, timeZone) {
    const time = this.#format(instant, { hour: "2-digit", minute: "2-digit", timeZone });
    return `${time} (${this.zone(instant, timeZone)}), ${this.day(instant, timeZone)}`;
  }

  zone(instant, timeZone) {
    if (timeZone === "Europe/London" && this.words.ukZone) return this.words.ukZone;
    const format = new Intl.DateTimeFormat(this.locales, { timeZone, timeZoneName: "longGeneric" });
    return format.formatToParts(new Date(instant)).find((part) => part.type === "timeZoneName").value;
  }

  #format(instant, options) {
    return new Intl.DateTimeFormat(this.locales, options).format(new Date(instant));
  }
}
