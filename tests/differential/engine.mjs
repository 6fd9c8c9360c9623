// GitHub's TypeScript engine for expressions, as one object: its modules, a switch for each known difference from the C#
// engine (csharp.mjs), and one way to ask it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const kModules = ["ast", "errors", "evaluator", "filtered_array", "funcs", "lexer", "parser", "result", "data/index", "data/array"];

/** The modules of @actions/expressions in the node_modules of `folder`, under one name each. */
export async function loadEngine(folder) {
  const engine = {};
  for (const name of kModules) {
    const file = join(folder, "node_modules/@actions/expressions/dist", `${name}.js`);
    Object.assign(engine, await import(pathToFileURL(file).href));
  }
  engine.DataArray = (await import(pathToFileURL(join(folder, "node_modules/@actions/expressions/dist/data/array.js")).href)).Array;
  return engine;
}

/** Plain JSON as the engine's values. */
export function toData(engine, plain) {
  if (plain === null) return new engine.Null();
  if (typeof plain === "boolean") return new engine.BooleanData(plain);
  if (typeof plain === "number") return new engine.NumberData(plain);
  if (typeof plain === "string") return new engine.StringData(plain);
  if (Array.isArray(plain)) return new engine.DataArray(...plain.map((item) => toData(engine, item)));
  return new engine.Dictionary(...Object.entries(plain).map(([key, value]) => ({ key, value: toData(engine, value) })));
}

/** The engine's values as plain JSON; numbers that JSON lacks as strings, objects as lists of pairs. */
function toPlain(engine, data) {
  if (data instanceof engine.Null) return null;
  if (data instanceof engine.NumberData) {
    return Number.isFinite(data.value) ? data.value + 0 : data.value.toString();
  }
  if (data instanceof engine.DataArray) return data.values().map((item) => toPlain(engine, item));
  if (data instanceof engine.Dictionary) {
    return { pairs: data.pairs().map(({ key, value }) => [key, toPlain(engine, value)]) };
  }
  return data.value;
}

const kKinds = ["String", "Array", "Object", "Boolean", "Number", "CaseSensitive", "Null"];

/** What the engine answers: {kind, value, str} or {err: {kind, value}}. `contexts` is a Dictionary. */
export function ask(engine, expr, contexts) {
  let kind = "lexing";
  try {
    const tokens = new engine.Lexer(expr).lex().tokens;
    kind = "parsing";
    const names = contexts.pairs().map(({ key }) => key);
    const tree = new engine.Parser(tokens, names, []).parse();
    kind = "evaluation";
    const data = tree === undefined ? new engine.Null() : new engine.Evaluator(tree, contexts).evaluate();
    return { kind: kKinds[data.kind], value: toPlain(engine, data), str: data.coerceString() };
  } catch (error) {
    return { err: { kind, value: String(error.message) } };
  }
}
