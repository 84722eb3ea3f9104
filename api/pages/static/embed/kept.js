// The way to the payment page and back: this page's address is marked, and this tab keeps what proves the booking.

const MARK = "setlist";
const LONGEST_ADDRESS = 2000;

// Where to come back to, or null where the page has no address on the web.
function returnAddress(slug) {
  if (!location.protocol.startsWith("http")) return null;
  const address = new URL(location.href);
  address.searchParams.set(MARK, slug);
  return address.href.length > LONGEST_ADDRESS ? location.origin + location.pathname : address.href;
}

// The set that this address is marked with, where a list on the page leads to this element and no other shows that set.
function markedFor(element) {
  const slug = new URL(location.href).searchParams.get(MARK);
  if (!slug || document.querySelector(`setlist-booking[set="${CSS.escape(slug)}"]`)) return null;
  return element.id && document.querySelector(`setlist-sets[for="${CSS.escape(element.id)}"]`) ? slug : null;
}

// Whether somebody has just come back for this set; the mark is taken off the address.
function takeMark(slug) {
  const address = new URL(location.href);
  if (address.searchParams.get(MARK) !== slug) return false;
  address.searchParams.delete(MARK);
  history.replaceState(history.state, "", address);
  return true;
}

// A booking's id and its holder's token, in this tab alone, until all is told. A browser may refuse to keep anything:
// then the letter leads to the booking.
function keep({ set, ...booking }) {
  tryTo(() => sessionStorage.setItem(keptAs(set), JSON.stringify(booking)));
}

function findKept(set) {
  return tryTo(() => JSON.parse(sessionStorage.getItem(keptAs(set))));
}

function forget(set) {
  tryTo(() => sessionStorage.removeItem(keptAs(set)));
}

const keptAs = ({ id }) => `setlist:${id}`;

function tryTo(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
