// The proof of work that open forms ask for: find the number whose SHA-256 with the salt is the challenge.

// Tries numbers from `from` to `until`; stands alone, because a worker gets it as text. SHA-256 is our own (FIPS 180-4):
// the browser's is not there on pages without TLS, and is slower for so short a text.
function findNumber(salt, challenge, from, until) {
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  const fraction = (root) => ((root - Math.floor(root)) * 4294967296) | 0;
  const K = primes.map((prime) => fraction(Math.cbrt(prime)));
  const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const wanted = challenge.match(/.{8}/g).map((word) => parseInt(word, 16) | 0);
  const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));
  const W = new Int32Array(64);

  function matches(text) {
    const length = text.length;
    const words = new Int32Array((((length + 8) >> 6) + 1) * 16);
    for (let at = 0; at < length; at++) words[at >> 2] |= text.charCodeAt(at) << (24 - (at % 4) * 8);
    words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
    words[words.length - 1] = length * 8;
    let state = start;
    for (let block = 0; block < words.length; block += 16) {
      let [a, b, c, d, e, f, g, h] = state;
      for (let round = 0; round < 64; round++) {
        if (round < 16) W[round] = words[block + round];
        else {
          const early = W[round - 15];
          const late = W[round - 2];
          const mixed = (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
          W[round] = W[round - 16] + W[round - 7] + mixed;
        }
        const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[round] + W[round];
        const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      state = [a, b, c, d, e, f, g, h].map((word, place) => (word + state[place]) | 0);
    }
    return state.every((word, place) => word === wanted[place]);
  }

  for (let number = from; number <= until; number++) if (matches(salt + number)) return number;
  return -1;
}

// In a worker, so that typing stays smooth; a page whose policy forbids workers has it done in slices between frames.
async function solve({ salt, challenge, maxNumber }) {
  try {
    return await solveInWorker(salt, challenge, maxNumber);
  } catch {
    for (let from = 0; from <= maxNumber; from += 500) {
      const found = findNumber(salt, challenge, from, from + 499);
      if (found >= 0) return found;
      await sleep(0);
    }
    return -1;
  }
}

async function solveInWorker(salt, challenge, maxNumber) {
  const code = `${findNumber};onmessage=({data})=>postMessage(findNumber(...data))`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  let worker;
  try {
    return await new Promise((done, failed) => {
      worker = new Worker(address);
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = failed;
      worker.postMessage([salt, challenge, 0, maxNumber]);
    });
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(address);
  }
}

// A form token with its proof, good for one request and its repeats; the work is done while the visitor still types.
class Ticket {
  #made;

  constructor(siteKey) {
    this.siteKey = siteKey;
  }

  // Asked for early, it also shows whether this page may use the site key at all.
  fetch() {
    this.#made ??= call("/v1/form-tokens", { method: "POST", headers: { "X-Site-Key": this.siteKey } }).catch((error) => {
      this.renew();
      throw error;
    });
    return this.#made;
  }

  renew() {
    this.#made = undefined;
  }

  async headers() {
    const made = await this.fetch();
    made.number ??= solve(made.challenge);
    const { algorithm, challenge, salt, signature } = made.challenge;
    const proof = { algorithm, challenge, number: await made.number, salt, signature };
    return { "X-Form-Token": made.token, "X-Proof-Of-Work": btoa(JSON.stringify(proof)) };
  }
}
