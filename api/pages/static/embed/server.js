// Talking to the server that this script came from.

const SERVER = new URL((document.currentScript ?? document.querySelector('script[src*="/embed/v1.js"]')).src).origin;
const WAITS_MS = [0, 1000, 3000];
const PATIENCE_MS = 20000;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The server said no; `code` names the problem and `errors` point into the body that was sent.
class Refusal extends Error {
  constructor(status, problem) {
    const code = problem.type?.split("/").pop() ?? "unknown";
    super(code);
    Object.assign(this, { status, code, errors: problem.errors ?? [] });
  }
}

// No answer came, or the browser may not show it to this page.
class Unreachable extends Error {
  code = "unreachable";
  status = 0;
}

async function call(path, { method = "GET", headers = {}, body, cache } = {}) {
  const json = body && { "Content-Type": "application/json" };
  let answer;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    answer = await fetch(SERVER + path, { method, headers: { ...json, ...headers }, body, cache, signal, credentials: "omit" });
    if (answer.ok) return await answer.json();
  } catch (error) {
    throw new Unreachable(String(error));
  }
  throw new Refusal(answer.status, await answer.json().catch(() => ({})));
}

// Send, and send again with the same key while no answer comes; `waiting` is told before each further try.
async function sendFirmly(path, { headers, body, ticket, waiting }) {
  for (const [attempt, pause] of WAITS_MS.entries()) {
    if (attempt) waiting();
    await sleep(pause);
    try {
      return await call(path, { method: "POST", body, headers: { ...headers, ...(await ticket.headers()) } });
    } catch (error) {
      const isStale = /^(form-token|proof-of-work)/.test(error.code);
      if (isStale) ticket.renew();
      const passes = isStale || error instanceof Unreachable || error.status >= 500 || error.code === "request-in-progress";
      if (!passes || attempt === WAITS_MS.length - 1) throw error;
    }
  }
}
