// Workflows for the comparison with GitHub's parser: good ones, each with one or two changes that a person might make
// by mistake or on purpose. The same seed gives the same workflows.

const KEYS = `name run-name on env defaults permissions concurrency jobs needs if strategy matrix include exclude fail-fast
  max-parallel runs-on timeout-minutes continue-on-error container services environment outputs steps uses with secrets run
  shell working-directory id types branches tags paths inputs required default type options description group
  cancel-in-progress image ports volumes credentials username url background wait wait-all cancel parallel cron timezone
  push pull_request workflow_dispatch workflow_call schedule workflow_run nonsense << Name RUNS-ON snapshot
  cancel-timeout-minutes labels value deployment`.split(/\s+/);

const VALUES = [
  "", "null", "~", "true", "false", "yes", "12", "1.10", "0x1F", "0o17", "1e3", ".5", ".inf", "-0", "'12'", '"true"', "''",
  "[]", "{}", "[a, b]", "[1, true, null]", "{a: b}", "{a: 1, A: 2}", "[push, pull_request]", "1_000", "012", "+1", "a#b",
  "2024-01-01", "'it''s'", '"a\\tb\\u00e9"', "!!str 12", "!!int 12", "a # comment", "ubuntu-latest", "read", "write-all",
  "inherit", "push", "choice", "boolean", "number", "node:18", "./.github/workflows/x.yml", "o/r/.github/workflows/x.yml@v1",
  "'*/15 * * * *'", '"0 0 * * MON"', "'* * *'", "'61 * * * *'",
  "${{ github.ref }}", "${{ matrix.os }}", "${{ secrets.X }}", "${{ needs.build.outputs.v }}", "${{ 'literal' }}", "${{ '' }}",
  "${{ '5' }}", "${{ true }}", "${{ fromJSON('[1]') }}", "x ${{ github.sha }} y", "${{ github.sha }}${{ inputs.x }}", "${{ }}",
  "${{ github.", "${{ env.X }}", "${{ steps.v.outputs.b }}", "${{ hashFiles('a') }}", "${{ success() }}",
  "${{ always() && github.ref == 'x' }}", "${{ insert }}", "${{ jobs.build.outputs.v }}",
  "always()", "success('build')", "failure() || cancelled()", "github.ref == 'x'", '"!cancelled()"', "inputs.a && inputs.b",
  "matrix.os == 'x'", "secrets.A", "contains(needs.*.result, 'failure')", "case(true, 1, 2)", "1 ==", "toJSON()", "nope()",
];

const SEEDS = [
  `name: Everything
run-name: run \${{ github.actor }}
on:
  push:
    branches: [main, 'release/**']
    tags-ignore: ['v0*']
    paths: ['src/**']
  pull_request:
    types: [opened, synchronize]
  schedule:
    - cron: '30 5 * * 1,3'
  workflow_run:
    workflows: [Other]
    types: completed
  workflow_dispatch:
    inputs:
      level:
        type: choice
        options: [a, b]
        default: a
      flag: {type: boolean, default: true, required: false}
      count: {type: number, default: 3}
  workflow_call:
    inputs:
      x: {type: string, default: y, required: true}
    outputs:
      o: {value: "\${{ jobs.build.outputs.v }}"}
    secrets:
      token: {required: true}
permissions: {contents: read, id-token: write}
env: {A: 1, B: "\${{ github.sha }}"}
defaults:
  run:
    shell: bash
    working-directory: src
concurrency:
  group: ci-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  build:
    name: Build \${{ matrix.os }}
    runs-on: \${{ matrix.os }}
    timeout-minutes: 10
    continue-on-error: \${{ matrix.experimental }}
    strategy:
      fail-fast: false
      max-parallel: 2
      matrix:
        os: [ubuntu-latest, windows-latest]
        node: [18, 20]
        include:
          - {os: ubuntu-latest, experimental: true}
        exclude:
          - {os: windows-latest, node: 18}
    outputs:
      v: \${{ steps.v.outputs.v }}
    container:
      image: node:18
      env: {X: y}
      ports: [80]
      credentials: {username: "\${{ github.actor }}", password: "\${{ secrets.P }}"}
    services:
      redis: redis
      db:
        image: postgres
        options: --health
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - id: v
        name: Version
        run: |
          echo "v=\${{ env.A }}" >> "$GITHUB_OUTPUT"
          echo \${{ matrix.node }}
        if: \${{ always() && runner.os == 'Linux' }}
        env: {Q: "\${{ steps.x.outputs.y }}"}
        continue-on-error: true
        timeout-minutes: 5
        shell: bash
        working-directory: x
      - run: sleep
        id: bg
        background: true
      - wait: bg
      - parallel:
          - run: a
          - uses: ./x
  call:
    needs: [build]
    if: needs.build.result == 'success' && inputs.level
    uses: ./.github/workflows/y.yml
    with: {a: "\${{ needs.build.outputs.v }}", b: true}
    secrets: inherit
  gate:
    needs: [build, call]
    if: always()
    runs-on: {group: big, labels: [a, b]}
    environment: {name: prod, url: "https://\${{ github.ref }}"}
    concurrency: prod
    permissions: read-all
    steps:
      - run: "exit \${{ contains(needs.*.result, 'failure') }}"
`,
  `name: "Notation \\"\\u00e9\\""
on: [push, "pull_request", 'workflow_dispatch']
env:
  A: &a 'single ''quoted'''
  B: *a
  C: |
    line 1
      indented
  D: >+
    folded
    text

  E: plain on
    two lines
  L: # empty
jobs:
  one: &job
    runs-on:   ubuntu-latest   # trailing
    if: >-
      github.ref == 'x' &&
      github.sha != ''
    steps: &steps
    - run: |
        echo a
        # not a comment
    - {run: "x", name: 'a: b', env: {K: "v"}}
    -
      uses: actions/checkout@v4
      with:
        ref: \${{ github.ref }}
  two:
    runs-on: [self-hosted, linux]
    needs: [one,]
    if: "\${{ always() }}"
    steps: *steps
  three: *job
  four:
    needs:
    - one
    - two
    runs-on: ubuntu-latest
    if: |
      always()
    steps:
    - run: 'it''s'
      if: \${{ success() }}
`,
];

/** Knuth's MMIX generator. */
class Dice {
  constructor(seed) { this.state = BigInt(seed); }
  roll(sides) {
    this.state = (this.state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((this.state >> 33n) % BigInt(sides));
  }
  pick(list) { return list[this.roll(list.length)]; }
}

const indentation = (line) => line.length - line.trimStart().length;

/** The line behind what belongs to the key or item of a line. */
function blockEnd(lines, line) {
  let end = line + 1;
  while (end < lines.length && (lines[end].trim() === "" || indentation(lines[end]) > indentation(lines[line]))) ++end;
  return end;
}

function change(lines, dice) {
  const line = dice.roll(lines.length);
  const text = lines[line];
  const entry = /^(\s*(?:- )?)([^\s:#'"{]+):(.*)$/.exec(text);
  const end = blockEnd(lines, line);
  switch (dice.roll(8)) {
    case 0:
    case 1:
      if (entry) lines.splice(line, end - line, `${entry[1]}${entry[2]}: ${dice.pick(VALUES)}`);
      break;
    case 2:
      if (entry) lines[line] = `${entry[1]}${dice.pick(KEYS)}:${entry[3]}`;
      break;
    case 3:
      lines.splice(line, end - line);
      break;
    case 4:
      lines.splice(end, 0, ...lines.slice(line, end));
      break;
    case 5: {
      const block = lines.splice(line, end - line);
      lines.splice(dice.roll(lines.length + 1), 0, ...block);
      break;
    }
    case 6:
      lines.splice(line, 0, " ".repeat(indentation(text)) + dice.pick(KEYS) + ": " + dice.pick(VALUES));
      break;
    default: {
      const place = /\$\{\{.*?\}\}/.exec(text);
      if (place) lines[line] = text.replace(place[0], dice.pick(VALUES));
    }
  }
}

/** @returns {string[]} */
export function workflowCases(seed, count) {
  const dice = new Dice(seed);
  const cases = [];
  while (cases.length < count) {
    const lines = dice.pick(SEEDS).split("\n");
    for (let changes = 1 + dice.roll(2); changes > 0 && lines.length > 1; --changes) change(lines, dice);
    cases.push(lines.join("\n"));
  }
  return cases;
}
