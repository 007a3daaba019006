// JSON without loss: whole numbers that a script's own numbers can't hold exactly become big integers.

/** Reads JSON. */
export const parse = (text) => JSON.parse(text, (_, value, context) => {
  const isInexact = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isInexact && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context.source) : value;
});

/** Writes JSON; what `parse` read comes out with every digit it had. */
export const print = (value, indent) => JSON.stringify(value, (_, part) => {
  if (typeof part !== "bigint") return part;
  return JSON.rawJSON ? JSON.rawJSON(String(part)) : String(part);
}, indent);
