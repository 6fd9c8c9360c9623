// Compares dagsim's answers with those of GitHub's TypeScript engine, and explains each difference by rules of the C# one.
//
// usage: node expressions.mjs FOLDER, FOLDER/node_modules having @actions/expressions
// in: JSON lines {"expr", "contexts", "dagsim": what `dagsim expr --batch` answers}
// out: a line for each: "same", or the fewest rules that explain the difference ("quotes + numbers"), or "unexplained" with
// the question and the answers. `node expressions.mjs --rules` lists the rules with their meaning.
import { createInterface } from "node:readline";

import { followCsharp, kRules } from "./csharp.mjs";
import { ask, loadEngine, toData } from "./engine.mjs";
import { readJson } from "./json_reader.mjs";

/** Whether a value of the oracle (objects as pairs) is a value of dagsim (plain JSON). */
function sameValue(oracle, dagsim) {
  if (Array.isArray(oracle)) {
    return Array.isArray(dagsim) && oracle.length === dagsim.length && oracle.every((item, i) => sameValue(item, dagsim[i]));
  }
  if (oracle === null || typeof oracle !== "object") return oracle === dagsim;
  const isObject = dagsim !== null && typeof dagsim === "object" && !Array.isArray(dagsim);
  return (
    isObject &&
    Object.keys(dagsim).length === oracle.pairs.length &&
    oracle.pairs.every(([key, value]) => Object.hasOwn(dagsim, key) && sameValue(value, dagsim[key]))
  );
}

function same(oracle, dagsim) {
  if (oracle.err !== undefined || dagsim.err !== undefined) return oracle.err?.kind === dagsim.err?.kind;
  return oracle.kind === dagsim.kind && oracle.str === dagsim.str && sameValue(oracle.value, dagsim.value);
}

class Comparison {
  constructor(engine, active) {
    this.engine = engine;
    this.active = active;
  }

  answer(line, rules) {
    this.active.clear();
    for (const name of rules) this.active.add(name);
    if (!this.active.has("dictionaries")) {
      const { expr, contexts } = JSON.parse(line);
      return ask(this.engine, expr, toData(this.engine, contexts ?? {}));
    }
    const question = readJson(this.engine, line);
    return ask(this.engine, question.get("expr").value, question.get("contexts") ?? new this.engine.Dictionary());
  }

  /** The fewest rules, found by leaving out one after the other. */
  explain(line, dagsim) {
    let rules = Object.keys(kRules);
    const all = this.answer(line, rules);
    if (!same(all, dagsim)) return `unexplained: ${line}\n  C# ${JSON.stringify(all)}`.replaceAll("\n", " ");
    for (const name of rules) {
      const fewer = rules.filter((other) => other !== name);
      if (same(this.answer(line, fewer), dagsim)) rules = fewer;
    }
    return rules.join(" + ");
  }

  line(line) {
    const { dagsim } = JSON.parse(line);
    const plain = this.answer(line, []);
    return same(plain, dagsim) ? "same" : this.explain(line, dagsim);
  }
}

if (process.argv[2] === "--rules") {
  for (const [name, meaning] of Object.entries(kRules)) console.log(`${name}: ${meaning}`);
} else {
  const engine = await loadEngine(process.argv[2]);
  const active = new Set();
  followCsharp(engine, active);
  const comparison = new Comparison(engine, active);
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    process.stdout.write(`${comparison.line(line)}\n`);
  }
}
