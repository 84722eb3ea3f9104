// What the three elements have in common: a shadow root with our look, a language, loading, and being out of reach.

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

class SetlistElement extends HTMLElement {
  // While something is being sent, what it becomes is told here, whatever else was chosen meanwhile.
  isSending = false;
  #run = 0;
  #isShown = false;

  // Moved within its page, the element keeps what it shows and what was typed into it.
  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
      this.root = make("div.root", { part: "root", dir: "ltr" });
      this.told = make("p.told", { role: "status" });
      this.shadowRoot.append(this.root);
    }
    if (!this.#isShown) this.start();
  }

  attributeChangedCallback(_name, before, after) {
    if (!this.root || before === after || this.isSending) return;
    this.#isShown = false;
    if (this.isConnected) this.start();
  }

  // For whoever waits: a question whether the element still stands on its page and shows what it shows now.
  get stays() {
    const run = this.#run;
    return () => run === this.#run && this.isConnected;
  }

  // What the ready event tells.
  get facts() {
    return {};
  }

  get siteKey() {
    return this.getAttribute("site-key") ?? "";
  }

  // Load and show anew. What an earlier start still waits for is not shown any more.
  async start() {
    this.#run++;
    const { stays } = this;
    this.#isShown = this.isSending = false;
    this.show(make("div", { className: this.loadingClass, part: "card", "aria-busy": "true" }, make("slot")));
    const spoken = this.#speak();
    spoken.catch(() => {});
    try {
      const shown = await this.load();
      await spoken;
      if (!stays()) return;
      await shown(stays);
      if (!stays()) return;
      this.#isShown = true;
      this.emit("ready", this.facts);
    } catch (error) {
      await Promise.allSettled([spoken]);
      if (stays()) this.fail(error);
    }
  }

  async #speak() {
    this.language = await Language.of(this);
    this.root.lang = this.language.tag;
  }

  show(...content) {
    this.told.textContent = "";
    this.root.replaceChildren(...content, this.told);
  }

  showCard(...content) {
    this.show(make("div.card.form.stack", { part: "card" }, ...content));
  }

  say(key, facts) {
    return this.language.say(key, facts);
  }

  // What is said of a problem that the server names.
  refusal(code, otherwise = "offline") {
    return this.language.words.refusals[code] ?? this.say(otherwise);
  }

  // For a reader that looks elsewhere.
  tell(text) {
    this.told.textContent = text;
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`setlist:${name}`, { bubbles: true, composed: true, detail }));
  }

  report({ code, status }) {
    this.emit("error", { code, status });
  }

  button(label, action, look = "") {
    return make("button", { type: "button", className: `button ${look}`, part: "button", textContent: label, onclick: action });
  }

  link(label, href, look = "") {
    return make("a", { href, part: look ? "button" : "link", className: look, rel: "noreferrer", textContent: label });
  }

  privacyLink() {
    return make("p.hint", {}, this.link(this.say("privacy"), `${SERVER}/privacy`));
  }

  // A panel that takes the place of everything, its heading in focus so that it is read out.
  panel(heading, look, ...content) {
    this.isSending = false;
    const title = make("h2", { tabIndex: -1, className: look, part: "heading", textContent: heading });
    this.showCard(title, ...content);
    title.focus();
  }

  // The page's own link stays for the visitor; the developer finds the cause in the console.
  fail(error) {
    if (!error.code) throw error;
    const isMisplaced = error instanceof Misplaced;
    if (isMisplaced) console.error(`setlist: <${this.localName}> ${error.message}`);
    this.report(error);
    const content = [make("slot")];
    if (this.language) {
      const text = this.say(isMisplaced ? "notHere" : "notLoaded");
      content.unshift(make("p.notice", { role: "status", part: "notice" }, text));
      const mayPass = !isMisplaced || error.code === "origin-not-allowed";
      if (mayPass) content.push(this.button(this.say("retry"), () => this.start(), "plain small"));
    }
    this.showCard(...content);
  }

  // What is loading, once this page is let in; a server out of reach says so first.
  async admitted(loading) {
    const [loaded, admission] = await Promise.allSettled([loading, this.#admit()]);
    if (loaded.reason ?? admission.reason) throw loaded.reason ?? admission.reason;
    return loaded.value;
  }

  // Ask for a form token, which shows whether this page may use the key; a limit met now may have passed later.
  async #admit() {
    if (!this.siteKey) throw new Misplaced("site-key-missing", "needs a site-key attribute.");
    this.ticket = new Ticket(this.siteKey);
    try {
      await this.ticket.fetch();
    } catch (error) {
      // A browser does not tell a page that is not let in from a server that is out of reach.
      let { code } = error;
      if (error instanceof Unreachable) {
        await call("/v1/newsletter/topics", { cache: "no-store" });
        code = "origin-not-allowed";
      }
      const mistake = {
        "origin-not-allowed": `may not be used on ${location.origin}: add exactly this origin to those of the site key.`,
        unauthenticated: "has a site-key that the server does not know.",
      }[code];
      if (mistake) throw new Misplaced(code, mistake);
    }
  }
}

// The element stands where it cannot work; the message is for the developer.
class Misplaced extends Error {
  status = 0;

  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function define(name, constructor) {
  if (!customElements.get(name)) customElements.define(name, constructor);
}
