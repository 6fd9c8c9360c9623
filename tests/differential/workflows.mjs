// Compares `dagsim parse` with GitHub's own parser (@actions/workflow-parser) over generated workflows: whether a file is
// taken, and its jobs with needs, calls and normalised conditions. Where that package is known to differ from GitHub's
// server (its C# parser is the authority), a rule says so; every other difference is a failure.
//
// usage: node workflows.mjs DAGSIM FOLDER [SEED [COUNT]]     (FOLDER takes the generated files)

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { FeatureFlags } from "@actions/expressions/features";
import { TemplateContext, TemplateValidationErrors } from "@actions/workflow-parser/templates/template-context";
import { getWorkflowSchema } from "@actions/workflow-parser/workflows/workflow-schema";
import { workflowCases } from "./workflow_cases.mjs";

const FLAGS = new FeatureFlags({ all: true });
const FILES_A_CALL = 500;

/** What the two parsers are known to judge differently, and why. */
const RULES = [
  {
    name: "an expression for a whole env or services",
    why: "the package reads it as a mapping before the run; GitHub leaves it to the run",
    applies: (ours, theirs) => ours.ok && theirs.messages.some((text) => /Unexpected type '\w*ExpressionToken'.*(env|services)/.test(text)),
  },
  {
    name: "repository_dispatch in a list of events",
    why: "the package's schema spells its constant wrongly",
    applies: (ours, theirs, text) => ours.ok && /repository_dispatch/.test(text) && !theirs.ok,
  },
  {
    name: "a text of several lines with expressions in it",
    why: "the package takes the lines as they stand in the file; GitHub folds them first",
    applies: (ours, theirs) => ours.ok && theirs.ok && theirs.jobs.some((job) => /format\('(?:[^']|'')*\n/.test(job.if)),
  },
  {
    name: "a tag of its own",
    why: "the package passes over tags that GitHub rejects",
    applies: (ours, theirs) => theirs.ok && ours.rules.some((rule) => rule === "yaml-tag"),
  },
  {
    name: "an explicit key without a value, or a key without a colon",
    why: "the package leaves the value out, which shifts what follows",
    applies: (ours, theirs) => ours.ok && theirs.messages.some((text) => text.startsWith("Expected a scalar value, a sequence")),
  },
  {
    name: "an alias without an anchor",
    why: "the package leaves the value out; GitHub rejects it",
    applies: (ours, theirs) => theirs.ok && ours.rules.includes("yaml-alias"),
  },
  {
    name: "an id in another case",
    why: "the package compares ids by case, GitHub doesn't",
    applies: (ours, theirs) => theirs.ok && ours.rules.includes("duplicate-id"),
  },
  {
    name: "a filter and its opposite together",
    why: "GitHub rejects branches beside branches-ignore when it reads the event, the package doesn't look",
    applies: (ours, theirs) => theirs.ok && ours.rules.includes("filter-conflict"),
  },
  {
    name: "indentation within brackets and quotes",
    why: "the package wants lines within them indented, GitHub's YAML reader doesn't",
    applies: (ours, theirs) => ours.ok && theirs.messages.some((text) => /sufficiently indented|Missing closing/.test(text)),
  },
];

async function theirVerdict(name, content) {
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
  context.state.featureFlags = FLAGS;
  let jobs = [];
  try {
    const parsed = parseWorkflow({ name, content }, context);
    if (parsed.value) {
      const template = await convertWorkflowTemplate(context, parsed.value, undefined, { errorPolicy: 1, featureFlags: FLAGS });
      jobs = (template.jobs ?? []).map((job) => ({
        id: job.id.value,
        needs: (job.needs ?? []).map((need) => need.value),
        if: job.if?.expression ?? "",
        uses: job.ref?.value,
      }));
    }
  } catch (error) {
    return { ok: false, jobs: [], messages: [`it threw: ${error.message}`] };
  }
  const messages = context.errors.getErrors().map((error) => error.rawMessage ?? error.message);
  return { ok: messages.length === 0, jobs, messages };
}

function ourVerdicts(dagsim, files) {
  const verdicts = [];
  for (let at = 0; at < files.length; at += FILES_A_CALL) {
    const some = files.slice(at, at + FILES_A_CALL);
    let out;
    try {
      out = execFileSync(dagsim, ["parse", "--json", ...some], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
    } catch (failure) {
      if (failure.status !== 2) throw failure;
      out = failure.stdout;
    }
    for (const line of out.trim().split("\n")) {
      const read = JSON.parse(line);
      const errors = read.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
      verdicts.push({
        ok: read.ok,
        jobs: read.jobs.map(({ id, needs, if: condition, uses }) => ({ id, needs, if: condition, uses })),
        rules: errors.map((error) => error.rule),
        messages: errors.map((error) => error.message),
      });
    }
  }
  return verdicts;
}

const same = (ours, theirs) =>
  ours.ok === theirs.ok && (!ours.ok || JSON.stringify(ours.jobs) === JSON.stringify(theirs.jobs));

const [dagsim, folder, seed = "20261124", count = "2000"] = process.argv.slice(2);
const cases = workflowCases(Number(seed), Number(count));
fs.mkdirSync(folder, { recursive: true });
const files = cases.map((text, number) => {
  const file = path.join(folder, `${String(number).padStart(6, "0")}.yml`);
  fs.writeFileSync(file, text);
  return file;
});
const ours = ourVerdicts(dagsim, files);
const explained = new Map();
let equal = 0;
let taken = 0;
let failures = 0;
for (const [number, text] of cases.entries()) {
  const theirs = await theirVerdict(files[number], text);
  taken += theirs.ok ? 1 : 0;
  if (same(ours[number], theirs)) {
    ++equal;
    continue;
  }
  const rule = RULES.find((candidate) => candidate.applies(ours[number], theirs, text));
  if (rule) {
    explained.set(rule, (explained.get(rule) ?? 0) + 1);
    continue;
  }
  ++failures;
  console.log(`${files[number]}\n  GitHub's package: ${JSON.stringify(theirs)}\n  dagsim:           ${JSON.stringify(ours[number])}`);
}
console.log(`workflows: ${cases.length} generated from seed ${seed}, ${taken} of them taken by GitHub's package; ${equal} judged alike`);
for (const [rule, times] of explained) console.log(`  ${times} differ by a known rule: ${rule.name} (${rule.why})`);
console.log(`  ${failures} differ without a rule`);
process.exitCode = failures === 0 ? 0 : 1;
