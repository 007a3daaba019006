// The filter language, as far as the page must understand it: where a term begins and ends, and what a
// plain `key:value` says. What the terms mean is the service's business.

import { LEVELS } from "./state.js";

/** A regular expression that begins here; `/health` is a word. */
const REGEX = /^\/(?:\\.|[^/\\\s])(?:\\.|[^/\\])*\/(?=[\s)]|$)/;

const KEY = /^[\p{L}_@$][\p{L}\p{N}_@$.-]*$/u;
const KEYED = /^(-|NOT\s+)?("(?:\\.|[^"\\])*"|[\p{L}_@$][\p{L}\p{N}_@$.-]*):(?!:|\/\/)(.*)$/su;

/** The pieces of a query that stand side by side at its top: words, groups, and the words between. */
function pieces(q) {
  const found = [];
  let at = 0;
  while (at < q.length) {
    if (/\s/.test(q[at])) {
      at += 1;
      continue;
    }
    const begin = at;
    let depth = 0;
    while (at < q.length && (depth > 0 || !/\s/.test(q[at]))) {
      const isStart = at === begin || /[\s(:,-]/.test(q[at - 1]);
      if (q[at] === '"') at = endOfQuote(q, at);
      else if (q[at] === "/" && isStart && REGEX.test(q.slice(at))) at += REGEX.exec(q.slice(at))[0].length;
      else {
        if (q[at] === "(") depth += 1;
        else if (q[at] === ")") depth -= 1;
        at += 1;
      }
    }
    found.push(q.slice(begin, at));
  }
  return found;
}

function endOfQuote(q, at) {
  for (at += 1; at < q.length && q[at] !== '"'; at += 1) if (q[at] === "\\") at += 1;
  return Math.min(at + 1, q.length);
}

/** The terms that all must hold. A query with `OR` at its top is one term. */
export function terms(q) {
  const all = pieces(q);
  if (all.includes("OR")) return [`(${q.trim()})`];
  const found = [];
  let negated = "";
  for (const piece of all) {
    if (piece === "NOT") negated = "NOT ";
    else if (piece !== "AND") {
      found.push(negated + piece);
      negated = "";
    }
  }
  return found;
}

/**
 * What a term of a key says: `{sign, key, values, isPlain}`; `null` for a word. A value with an operator, a
 * wildcard or a range is not plain.
 */
export function read(term) {
  const [, sign, key, rest] = KEYED.exec(term) ?? [];
  if (!key) return null;
  const written = rest.match(/"(?:\\.|[^"\\])*"?|[^,"]+/g) ?? [];
  return {
    sign: sign ? "-" : "",
    key: key.startsWith('"') ? unquoted(key) : key,
    values: written.map((value) => (value.startsWith('"') ? unquoted(value) : value)),
    isPlain: written.length > 0 && written.every((value) => value.startsWith('"') || !/^[<>=(/]|\*|\.\./.test(value)),
  };
}

const unquoted = (text) => text.slice(1, text.endsWith('"') ? -1 : undefined).replace(/\\(["\\])/g, "$1");
const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** `key:value` in the filter language; several values are alternatives. */
export function termOf(key, ...values) {
  const written = values.map((value) => {
    const plain = String(value);
    return /^[\w@][\w.@/-]*$/.test(plain) && !plain.includes("..") ? plain : quoted(plain);
  });
  return `${KEY.test(key) ? key : quoted(key)}:${written.join(",")}`;
}

/** `q` with one more condition, unless it has it already. */
export function withTerm(q, term) {
  const all = terms(q);
  return (all.includes(term) ? all : [...all, term]).join(" ");
}

/** `q` without a term. */
export const withoutTerm = (q, term) => terms(q).filter((other) => other !== term).join(" ");

/** Whether `q` asks for (`sign` is "") or leaves out ("-") this value. */
export const hasValue = (q, sign, key, value) => chosen(q, sign, key).includes(String(value));

/** The values of `key` that `q` asks for, or leaves out when `sign` is "-". */
export function chosen(q, sign, key) {
  const found = terms(q).map(read).filter((term) => term?.key === key && term.sign === sign);
  return found.flatMap(({ values, isPlain }) => (isPlain ? values : key === "level" ? levelsOf(values) : []));
}

/** The levels of `>=warning`. */
function levelsOf(values) {
  const [, operator, name] = /^([<>]=?|=)(\w+)$/.exec(values[0]) ?? [];
  const at = LEVELS.indexOf(String(name).toUpperCase().replace(/^WARN$/, "WARNING"));
  if (at < 0) return [];
  const fits = { ">=": (i) => i <= at, ">": (i) => i < at, "<=": (i) => i >= at, "<": (i) => i > at, "=": (i) => i === at }[operator];
  return LEVELS.filter((_, index) => fits(index)).map((level) => level.toLowerCase());
}

/** `q` with these as the only values asked for (or left out) of `key`. */
export function withValues(q, sign, key, values) {
  const rest = withoutKey(q, key, sign);
  return values.length === 0 ? rest : withTerm(rest, sign + termOf(key, ...values));
}

/** `q` without what it says of `key`. */
export const withoutKey = (q, key, sign = null) => terms(q).filter((term) => {
  const known = read(term);
  return known?.key !== key || (sign !== null && known.sign !== sign);
}).join(" ");

/** `q` with this value asked for (or left out) if it was not, and without if it was. */
export function toggled(q, sign, key, value) {
  const plain = String(value);
  const other = sign ? "" : "-";
  const without = hasValue(q, other, key, plain) ? withValues(q, other, key, chosen(q, other, key).filter((each) => each !== plain)) : q;
  const now = chosen(without, sign, key);
  return withValues(without, sign, key, now.includes(plain) ? now.filter((each) => each !== plain) : [...now, plain]);
}

/** What the reader looks for in the text: words and phrases, for marking. */
export function wordsOf(q) {
  return terms(q).flatMap((term) => {
    const known = read(term);
    if (known) return known.key === "message" && !known.sign && known.isPlain ? known.values : [];
    if (/^(-|NOT )/.test(term) || /^\/.*\/$/s.test(term)) return [];
    if (term.startsWith("(")) return wordsOf(term.slice(1, -1).replace(/(^|\s)OR(?=\s)/g, " "));
    return [term.startsWith('"') ? unquoted(term) : term.replaceAll("*", "")];
  }).filter((word) => word.length > 1);
}
