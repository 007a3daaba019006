// JSON without loss: whole numbers that a script's own numbers can't hold exactly become big integers.

/** What may be a number of that kind; without one, reading is several times faster. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/** Reads JSON. */
export const parse = (text) => (LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text));

function exactly(_, value, context = /** @type {any} */ (null)) {
  const isInexact = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isInexact && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context.source) : value;
}

/** Writes JSON; what `parse` read comes out with every digit it had. */
export const print = (value, indent) => JSON.stringify(value, (_, part) => {
  if (typeof part !== "bigint") return part;
  const { rawJSON } = /** @type {any} */ (JSON);
  return rawJSON ? rawJSON(String(part)) : String(part);
}, indent);
