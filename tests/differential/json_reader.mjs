// JSON as Newtonsoft's reader takes it, into the values of the engine: comments within, single quotes, bare keys, a comma
// before the end, NaN and Infinity, hexadecimal and octal integers, raw control characters; keys in their order, and of
// those that differ in case only the last. Written to be simple: it answers for the C# engine in the differential test.
const kEscapes = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\", "/": "/", "'": "'" };
const kMostDepth = 128;

class Reader {
  constructor(engine, text) {
    this.engine = engine;
    this.text = text;
    this.at = 0;
  }

  document() {
    this.white();
    const data = this.value(0);
    this.blank();
    if (this.at < this.text.length) throw new Error("text behind the value");
    return data;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[0];
  }

  white() {
    this.match(/(?:(?!\uFEFF)[\s\u0085])*/y);
  }

  blank() {
    do this.white();
    while (this.match(/\/\*[^]*?\*\/|\/\/[^\n]*/y) !== undefined);
    if (this.text[this.at] === "/") throw new Error("unclosed comment");
  }

  value(depth) {
    const c = this.text[this.at];
    if (c === "[") return this.array(depth + 1);
    if (c === "{") return this.object(depth + 1);
    if (c === '"' || c === "'") return new this.engine.StringData(this.string());
    const word = this.match(/[A-Za-z0-9_$.+-]+/y) ?? "";
    if (word === "null") return new this.engine.Null();
    if (word === "true" || word === "false") return new this.engine.BooleanData(word === "true");
    return new this.engine.NumberData(number(word));
  }

  open(depth) {
    if (depth > kMostDepth) throw new Error("too deep");
    ++this.at;
    this.blank();
  }

  more(close) {
    this.blank();
    const c = this.text[this.at];
    if (c !== "," && c !== close) throw new Error(`no ${close}`);
    if (c === close) return false;
    ++this.at;
    this.blank();
    return this.text[this.at] !== close;
  }

  array(depth) {
    this.open(depth);
    const data = new this.engine.DataArray();
    for (let more = this.text[this.at] !== "]"; more; more = this.more("]")) data.add(this.value(depth));
    ++this.at;
    return data;
  }

  object(depth) {
    this.open(depth);
    const data = new this.engine.Dictionary();
    for (let more = this.text[this.at] !== "}"; more; more = this.more("}")) {
      const c = this.text[this.at];
      const key = c === '"' || c === "'" ? this.string() : this.match(/[A-Za-z0-9_$]+/y);
      this.blank();
      if (key === undefined || this.text[this.at++] !== ":") throw new Error("no key");
      this.blank();
      data.add(key, this.value(depth));
    }
    ++this.at;
    return data;
  }

  string() {
    const quote = this.text[this.at++];
    let read = "";
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) throw new Error("unclosed string");
      if (c === quote) return read.toWellFormed();
      read += c === "\\" ? this.escape() : c;
    }
  }

  escape() {
    const letter = this.text[this.at++];
    if (letter !== "u") {
      if (letter === undefined || !Object.hasOwn(kEscapes, letter)) throw new Error("bad escape");
      return kEscapes[letter];
    }
    const digits = this.match(/[0-9A-Fa-f]{4}/y);
    if (digits === undefined) throw new Error("bad escape");
    return String.fromCharCode(parseInt(digits, 16));
  }
}

function number(word) {
  if (word === "NaN") return NaN;
  if (word === "Infinity" || word === "-Infinity") return Number(word);
  if (/^0[^.eE]/.test(word)) return otherBase(word);
  if (!/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word)) throw new Error("bad number");
  return Number(word);
}

/** `0x1F` and `017`, 64 bits of either, as two's complement. */
function otherBase(word) {
  const spelled = /^0[xX][0-9A-Fa-f]+$/.test(word) ? word : /^[0-7]+$/.test(word) ? `0o${word}` : undefined;
  const bits = spelled === undefined ? undefined : BigInt(spelled);
  if (bits === undefined || bits >= 1n << 64n) throw new Error("bad number");
  return Number(BigInt.asIntN(64, bits));
}

/** \throws Error for what isn't JSON to Newtonsoft. */
export function readJson(engine, text) {
  return new Reader(engine, text).document();
}
