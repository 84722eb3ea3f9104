// <setlist-newsletter>: an address, the topics, and the wording in force.

// The topics that an element offers: those its `topics` attribute names, or all.
function offered(element, all) {
  const named = element.getAttribute("topics");
  if (named === null) return all;
  const wanted = named.split(",").map((slug) => slug.trim());
  return all.filter((topic) => wanted.includes(topic.slug));
}

function topicChoices(form, topics, { language: lang }) {
  return make(
    "div.stack",
    { lang },
    ...topics.map(({ slug, name, description }) => form.choice({ id: `topic-${slug}`, label: name, hint: description })),
  );
}

function tickedTopics(form, topics) {
  return topics.map((topic) => topic.slug).filter((slug) => form.isTicked(`topic-${slug}`));
}

function wordingText(wording) {
  return make("p.hint", { lang: wording.language, textContent: wording.text });
}

class SetlistNewsletter extends SetlistElement {
  static observedAttributes = ["site-key", "topics"];

  get loadingClass() {
    return this.getAttribute("topics")?.match(/^[^,]+$/) ? "card loading topic" : "card loading topics";
  }

  async load() {
    const { data, wording } = await this.admitted(call("/v1/newsletter/topics"));
    this.topics = offered(this, data);
    if (!this.topics.length) throw new Misplaced("no-topics", "names no topic that the newsletter has.");
    return () => this.#form(wording);
  }

  #form(wording) {
    const form = new Form(this, () => this.#send(form, wording));
    form.submit.textContent = this.say("subscribe");
    const [{ name, description }] = this.topics;
    const choices =
      this.topics.length > 1
        ? form.group("topics", this.say("topics"), topicChoices(form, this.topics, wording))
        : make("div", { lang: wording.language }, make("strong", {}, name), make("p.soft", {}, description));
    form.form.append(
      form.summary,
      form.field({ id: "email", label: this.say("email"), type: "email", autocomplete: "email" }),
      choices,
      wordingText(wording),
      this.privacyLink(),
      make("div.row", {}, form.submit, form.status),
    );
    this.showCard(form.form);
  }

  async #send(form, wording) {
    const topics = this.topics.length > 1 ? tickedTopics(form, this.topics) : [this.topics[0].slug];
    const errors = [...form.checkEmail("email"), ...(topics.length ? [] : [["topics", this.say("chooseTopic")]])];
    if (!form.begin(errors)) return;
    try {
      await form.post("/v1/newsletter/subscriptions", { email: form.value("email"), topics, wording_id: wording.id });
    } catch (error) {
      form.isBusy = false;
      this.report(error);
      return form.showRefusal(error, (pointer) => (pointer === "/email" ? "email" : null));
    }
    this.emit("subscribed", { topics });
    this.panel(this.say("subscribed"), "done", make("p", {}, this.say("subscribedText")));
  }
}

define("setlist-newsletter", SetlistNewsletter);
