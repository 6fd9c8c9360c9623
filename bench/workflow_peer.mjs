// The rate of GitHub's own parser (@actions/workflow-parser): every given file parsed and converted, over and over.
//
// usage: node workflow_peer.mjs SECONDS FILE…          prints bytes a second
import fs from "node:fs";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { TemplateContext, TemplateValidationErrors } from "@actions/workflow-parser/templates/template-context";
import { getWorkflowSchema } from "@actions/workflow-parser/workflows/workflow-schema";

const [seconds, ...names] = process.argv.slice(2);
const files = names.map((name) => ({ name, content: fs.readFileSync(name, "utf8") }));
const bytes = files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);

async function parseAll() {
  for (const file of files) {
    const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
    const parsed = parseWorkflow(file, context);
    await convertWorkflowTemplate(context, parsed.value, undefined, { errorPolicy: 1 });
  }
}

async function rounds(least) {
  const start = performance.now();
  let count = 0;
  for (; count === 0 || performance.now() - start < 1000 * least; ++count) await parseAll();
  return (bytes * count * 1000) / (performance.now() - start);
}

await rounds(2);  // V8 compiles what runs often
console.log(await rounds(Number(seconds)));
