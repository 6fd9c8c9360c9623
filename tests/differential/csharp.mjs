// Where GitHub's C# engine, which runs the workflows, differs from its TypeScript engine: each difference as a rule that,
// switched on, makes the TypeScript engine answer as the C# engine does. A difference between dagsim and the TypeScript
// engine is explained only if some of these rules make it vanish.
//
// An engine (engine.mjs) is changed in place; `active` holds the names of the rules that are switched on.
import { readJson } from "./json_reader.mjs";

export const kRules = {
  quotes: "every '' in a string is one quote, not only the first",
  numbers: "numbers: no 0X, 0O, 0b; 0x and 0o of 32 bits as two's complement; .NET's white space around them",
  "number text": "numbers as text have 15 digits, exponents as 1E+20, and infinities and NaN in JSON",
  "white space": "white space of every kind separates tokens",
  laziness: "what can't change the answer isn't evaluated: arguments of case and format, second ones of searches and join, an index",
  format: "format: {0:x} and other text behind the number of an argument is an error",
  casing: "case is ignored by upper-casing each character on its own",
  dictionaries: "any key may be one (constructor), in the order of the text; of those that differ in case the last counts",
  comma: "a comma before the closing bracket of a call is an error",
  depth: "the depth of an expression is that of its tree: brackets are free, chains of && and || flat, others nested",
  "JSON read": "fromJSON takes what Newtonsoft's reader takes, keys in the order of the text",
  "JSON written": "toJSON keeps the order of keys, and escapes U+0085, U+2028 and U+2029",
  arguments: "case takes at most 255 arguments",
};

/** White space as .NET has it; JavaScript's has U+FEFF instead of U+0085. */
const kWhite = "[\\t-\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]";
const kTrim = new RegExp(`^${kWhite}+|${kWhite}+$`, "g");
const kQuotedOrWhite = new RegExp(`'[^']*'?|${kWhite}`, "g");

function numberOf(text) {
  const word = text.replace(kTrim, "");
  if (word === "") return 0;
  if (/^[+-]?Infinity$/.test(word) || /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word)) return Number(word);
  if (!/^0x[0-9A-Fa-f]+$/.test(word) && !/^0o[0-7]+$/.test(word)) return NaN;
  const bits = BigInt(word);
  return bits < 1n << 32n ? Number(BigInt.asIntN(32, bits)) : NaN;
}

/** .NET's G15: the exact decimal digits, rounded to fifteen, half to even. */
export function textOf(number) {
  if (!Number.isFinite(number)) return String(number);
  if (number === 0) return "0";
  const [exact, power] = Math.abs(number).toExponential(60).replace(".", "").split("e");
  let digits = BigInt(exact.slice(0, 15));
  const rest = exact.slice(15);
  const half = "5".padEnd(rest.length, "0");
  if (rest > half || (rest === half && digits % 2n === 1n)) digits += 1n;
  let exponent = Number(power);
  let shown = digits.toString();
  if (shown.length > 15) ++exponent;
  shown = shown.slice(0, 15).replace(/0+$/, "");
  const sign = number < 0 ? "-" : "";
  if (exponent >= 15 || exponent < -4) {
    const fraction = shown.length > 1 ? `.${shown.slice(1)}` : "";
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${shown[0]}${fraction}E${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${shown}`;
  shown = shown.padEnd(exponent + 1, "0");
  return sign + (shown.length > exponent + 1 ? `${shown.slice(0, exponent + 1)}.${shown.slice(exponent + 1)}` : shown);
}

/** Greek letters with iota below have a one-letter upper case that JavaScript's full mapping doesn't use. */
function upper(character) {
  const code = character.codePointAt(0);
  if (code === 0x131 || code === 0x17f) return character;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  const mapped = character.toUpperCase();
  return [...mapped].length === 1 ? mapped : character;
}

const fold = (text) => [...text].map(upper).join("");

function escaped(text) {
  return JSON.stringify(text).replace(/[\u0085\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Switches the rules named in `active` (a Set that may change later) on in the engine. */
export function followCsharp(engine, active) {
  const { wellKnownFunctions: functions } = engine;

  /** Replaces a method by one that the rule chooses over the original. */
  function rule(name, owner, method, replacement) {
    const original = owner[method];
    owner[method] = function (...parameters) {
      return active.has(name) ? replacement.call(this, original, ...parameters) : original.apply(this, parameters);
    };
  }

  rule("quotes", engine.Lexer.prototype, "consumeString", function (original) {
    original.call(this);
    const token = this.tokens.at(-1);
    token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
  });
  rule("numbers", engine.StringData.prototype, "number", function () {
    return numberOf(this.value);
  });
  rule("number text", engine.NumberData.prototype, "coerceString", function () {
    return textOf(this.value);
  });
  rule("white space", engine.Lexer.prototype, "lex", function (original) {
    this.input = this.input.replace(kQuotedOrWhite, (part) => (part[0] === "'" ? part : " "));
    return original.call(this);
  });
  rule("comma", engine.Parser.prototype, "parse", function (original) {
    const { COMMA, RIGHT_PAREN } = engine.TokenType;
    const bad = this.tokens.findIndex(({ type }, i) => type === COMMA && this.tokens[i + 1].type === RIGHT_PAREN);
    if (bad >= 0) throw new engine.ExpressionError(engine.ErrorType.ErrorUnexpectedSymbol, this.tokens[bad + 1]);
    return original.call(this);
  });
  followDepth(engine, active, rule);
  followLaziness(engine, active, rule);
  followCasing(engine, active, rule);

  rule("format", functions.format, "call", (original, pattern, ...values) => {
    const texts = values.map((value) => value.coerceString());
    const made = pieces(pattern.coerceString(), texts.length, true).map((piece) => piece.text ?? texts[piece.argument]);
    return new engine.StringData(made.join(""));
  });
  rule("JSON read", functions.fromjson, "call", (original, data) => {
    const text = data.coerceString();
    if (text.replace(kTrim, "") === "") throw new Error("empty input");
    return readJson(engine, text);
  });
  const tojson = functions.tojson.call;
  functions.tojson.call = (data) => {
    const own = active.has("number text") || active.has("JSON written") || active.has("dictionaries");
    return own ? new engine.StringData(writeJson(engine, active, data, "")) : tojson(data);
  };
  const most = functions.case.maxArgs;
  Object.defineProperty(functions.case, "maxArgs", { get: () => (active.has("arguments") ? 255 : most) });
}

function writeJson(engine, active, data, indent) {
  const text = (value) => (active.has("JSON written") ? escaped(value) : JSON.stringify(value));
  if (data instanceof engine.Null) return "null";
  if (data instanceof engine.NumberData) {
    return active.has("number text") ? textOf(data.value) : JSON.stringify(data.value);
  }
  if (data instanceof engine.StringData) return text(data.value);
  if (data instanceof engine.BooleanData) return String(data.value);
  const deeper = `${indent}  `;
  const isArray = data instanceof engine.DataArray;
  const members = isArray
    ? data.values().map((item) => writeJson(engine, active, item, deeper))
    : data.pairs().map(({ key, value }) => `${text(key)}: ${writeJson(engine, active, value, deeper)}`);
  const [open, close] = isArray ? "[]" : "{}";
  if (members.length === 0) return open + close;
  return `${open}\n${members.map((member) => deeper + member).join(",\n")}\n${indent}${close}`;
}

/** The pieces of a format string: {text} or {argument}. What stands behind an argument's number is an error if strict. */
function pieces(pattern, count, strict) {
  const found = [];
  let at = 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const text = /^(?:[^{}]|\{\{|\}\})+/.exec(rest)?.[0];
    const placeholder = (strict ? /^\{(\d+):?\}(?!(?<=:\})\})/ : /^\{(\d+)[^}]*\}/).exec(rest);
    if (text !== undefined) {
      found.push({ text: text.replace(/\{\{|\}\}/g, (pair) => pair[0]) });
      at += text.length;
    } else if (placeholder !== null && Number(placeholder[1]) < count) {
      found.push({ argument: Number(placeholder[1]) });
      at += placeholder[0].length;
    } else {
      throw new Error(`bad format string: ${pattern}`);
    }
  }
  return found;
}

function followDepth(engine, active, rule) {
  const kMostDepth = 50;
  const terms = (node) => {
    const inner = bare(node);
    const flat = (term) => (term instanceof engine.Logical && term.operator.type === inner.operator.type ? terms(term) : [term]);
    return inner.args.map(bare).flatMap(flat);
  };
  const bare = (node) => (node instanceof engine.Grouping ? bare(node.group) : node);
  const children = (node) => {
    if (node instanceof engine.Logical) return terms(node);
    if (node instanceof engine.Binary) return [node.left, node.right];
    if (node instanceof engine.Unary) return [node.expr];
    if (node instanceof engine.FunctionCall) return node.args;
    return node instanceof engine.IndexAccess ? [node.expr, node.index] : [];
  };
  const depth = (node) => 1 + Math.max(0, ...children(bare(node)).map(depth));
  rule("depth", engine.Parser.prototype, "incrDepth", () => {});
  rule("depth", engine.Parser.prototype, "parse", function (original) {
    const tree = original.call(this);
    if (tree === undefined || depth(tree) <= kMostDepth) return tree;
    throw new engine.ExpressionError(engine.ErrorType.ErrorExceededMaxDepth, this.peek());
  });
}

function followLaziness(engine, active, rule) {
  const { Kind, wellKnownFunctions: functions } = engine;
  const lazy = {
    contains: (evaluate, [where, what]) => {
      const left = evaluate(where);
      const hopeless = left.kind === Kind.Dictionary || (left.kind === Kind.Array && left.values().length === 0);
      return hopeless ? new engine.BooleanData(false) : functions.contains.call(left, evaluate(what));
    },
    join: (evaluate, [list, ...separator]) => {
      const items = evaluate(list);
      const separated = items.kind === Kind.Array && items.values().length > 1;
      return functions.join.call(items, ...(separated ? separator.map(evaluate) : []));
    },
    case: (evaluate, parameters) => {
      for (let i = 0; i + 1 < parameters.length; i += 2) {
        const predicate = evaluate(parameters[i]);
        if (predicate.kind !== Kind.Boolean) throw new Error("a predicate is no boolean");
        if (predicate.value) return evaluate(parameters[i + 1]);
      }
      return evaluate(parameters.at(-1));
    },
    format: (evaluate, [pattern, ...values]) => {
      const text = evaluate(pattern).coerceString();
      const texts = [];
      const show = ({ text: plain, argument }) => plain ?? (texts[argument] ??= evaluate(values[argument]).coerceString());
      return new engine.StringData(pieces(text, values.length, active.has("format")).map(show).join(""));
    },
  };
  for (const name of ["startswith", "endswith"]) {
    lazy[name] = (evaluate, [where, what]) => {
      const left = evaluate(where);
      return left.primitive ? functions[name].call(left, evaluate(what)) : new engine.BooleanData(false);
    };
  }
  rule("laziness", engine.Evaluator.prototype, "visitFunctionCall", function (original, call) {
    const name = call.functionName.lexeme.toLowerCase();
    return Object.hasOwn(lazy, name) ? lazy[name]((node) => this.eval(node), call.args) : original.call(this, call);
  });
  rule("laziness", engine.Evaluator.prototype, "visitIndexAccess", function (original, access) {
    const collection = this.eval(access.expr);
    if (!collection.primitive) return original.call(this, { expr: new engine.Literal(collection), index: access.index });
    return access.index instanceof engine.Star ? new engine.FilteredArray() : new engine.Null();
  });
}

function followCasing(engine, active, rule) {
  const { Kind, TokenType, wellKnownFunctions: functions } = engine;
  const order = (left, right) => {
    const [a, b] = engine.coerceTypes(left, right);
    if (a.kind !== Kind.String || b.kind !== Kind.String) return undefined;
    const [x, y] = [fold(a.value), fold(b.value)];
    return x === y ? 0 : x < y ? -1 : 1;
  };
  const equals = (left, right) => {
    const found = order(left, right);
    return found === undefined ? engine.equals(left, right) : found === 0;
  };
  rule("casing", engine.Evaluator.prototype, "visitBinary", function (original, { left, operator, right }) {
    const [a, b] = [this.eval(left), this.eval(right)];
    const found = order(a, b);
    if (found === undefined) return original.call(this, { left: new engine.Literal(a), operator, right: new engine.Literal(b) });
    const answer = {
      [TokenType.EQUAL_EQUAL]: found === 0,
      [TokenType.BANG_EQUAL]: found !== 0,
      [TokenType.GREATER]: found > 0,
      [TokenType.GREATER_EQUAL]: found >= 0,
      [TokenType.LESS]: found < 0,
      [TokenType.LESS_EQUAL]: found <= 0,
    };
    return new engine.BooleanData(answer[operator.type]);
  });
  const search = { contains: "includes", startswith: "startsWith", endswith: "endsWith" };
  for (const [name, method] of Object.entries(search)) {
    rule("casing", functions[name], "call", (original, where, what) => {
      if (name === "contains" && where.kind === Kind.Array) {
        return new engine.BooleanData(where.values().some((item) => equals(what, item)));
      }
      if (!where.primitive || !what.primitive) return new engine.BooleanData(false);
      return new engine.BooleanData(fold(where.coerceString())[method](fold(what.coerceString())));
    });
  }

  const keyOf = (key) => (active.has("casing") ? fold(key) : key.toLowerCase());
  const { prototype } = engine.Dictionary;
  const original = { add: prototype.add, get: prototype.get, pairs: prototype.pairs };
  const own = (dictionary) => active.has("casing") || active.has("dictionaries") || dictionary.places !== undefined;
  prototype.add = function (key, value) {
    if (!own(this)) return original.add.call(this, key, value);
    this.places ??= new Map();
    const folded = keyOf(key);
    const place = this.places.get(folded);
    if (!active.has("dictionaries") && (place !== undefined || key.toLowerCase() in {})) return;
    if (place !== undefined) {
      this.v[place] = value;
      return;
    }
    this.places.set(folded, this.v.length);
    this.keys.push(key);
    this.v.push(value);
  };
  prototype.get = function (key) {
    return own(this) ? this.v[this.places?.get(keyOf(key))] : original.get.call(this, key);
  };
  prototype.pairs = function () {
    return own(this) ? this.keys.map((key, i) => ({ key, value: this.v[i] })) : original.pairs.call(this);
  };
}
