// Building what is shown, from text and never from markup.

// A new element; a property whose name has a dash, or that elements do not have, becomes an attribute.
// `tag` may name classes: "p.hint".
function make(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value == null) continue;
    if (key in made && key !== "part") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

// A text that is there already stays, so that nobody hears it again.
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

const PROSE = /^(p|[uo]l|li|strong|em|a|[bh]r|h[1-6]|blockquote|code|pre|table|thead|tbody|t[rhd])$/;
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>/g;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

// The server's sanitised HTML, rebuilt from known tags alone. No parser of the browser sees it, so it works where a
// page demands trusted types, and nothing that slipped through the server's sanitiser can run here.
function prose(html) {
  const root = make("div.prose", {});
  const open = [root];
  const text = (raw) => raw.replace(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all);
  let read = 0;
  for (const [all, closing, name, attributes] of html.matchAll(TAG)) {
    const at = html.indexOf(all, read);
    open.at(-1).append(text(html.slice(read, at)));
    read = at + all.length;
    if (!PROSE.test(name)) continue;
    const tag = /^h[1-6]$/.test(name) ? "h4" : name;
    if (closing) {
      const depth = open.findLastIndex((each) => each.localName === tag);
      if (depth > 0) open.length = depth;
      continue;
    }
    const added = make(tag);
    const start = tag === "ol" && /start="(\d+)"/.exec(attributes);
    if (start) added.start = start[1];
    const link = tag === "a" && /href="((?:https?:|mailto:)[^"]*)"/.exec(attributes);
    if (link) Object.assign(added, { href: text(link[1]), rel: "noopener noreferrer", target: "_blank" });
    open.at(-1).append(added);
    if (tag !== "br" && tag !== "hr") open.push(added);
  }
  open.at(-1).append(text(html.slice(read)));
  return root;
}
