// The types of GitHub's workflow files and actions, in the notation of schema.cpp. Facts from GitHub's own definitions
// (actions/runner and actions/languageservices, workflow-v1.0.json and action-v1.0.json), with `cache-mode` from its
// documentation, which neither has yet.
#include "workflow/schema.h"

namespace dagsim::workflow {

namespace {

constexpr std::string_view kWorkflow = R"(
@start  = github inputs vars
@needs  = @start needs
@leg    = @needs strategy matrix
@runner = @leg secrets steps job runner env
@step   = @runner hashFiles(1,255)
@jobif  = @needs always(0,0) failure(0,any) cancelled(0,0) success(0,any)
@stepif = @leg steps job runner env always(0,0) failure(0,0) cancelled(0,0) success(0,0) hashFiles(1,255)

workflow = {
  on!: on  jobs!: {<job> +: job}  name: string  description: string  run-name: string @start
  defaults: {run: {shell: text  working-directory: text}}
  env: {+: string} @start secrets
  permissions: permissions  concurrency: (string | concurrency) @start  cache-mode: cache-mode
}

on = event | [event] | {<event>
  branch_protection_rule: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  check_run: null | {types: (<activity type> 'completed' 'created' 'rerequested' 'requested_action')...}
  check_suite: null | {types: (<activity type> 'completed')...}
  create: null
  delete: null
  deployment: null
  deployment_status: null
  discussion: null | {types: (<activity type> 'created' 'edited' 'deleted' 'transferred' 'pinned' 'unpinned' 'labeled' 'unlabeled'
    'locked' 'unlocked' 'category_changed' 'answered' 'unanswered')...}
  discussion_comment: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  fork: null
  gollum: null
  image_version: null | {types: (<activity type> 'created' 'ready' 'deleted')...  names: text...  versions: text...}
  issue_comment: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  issues: null | {types: (<activity type> 'opened' 'edited' 'deleted' 'transferred' 'pinned' 'unpinned' 'closed' 'reopened'
    'assigned' 'unassigned' 'labeled' 'unlabeled' 'locked' 'unlocked' 'milestoned' 'demilestoned' 'field_added'
    'field_removed' 'typed' 'untyped')...}
  label: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  merge_group: null | {types: (<activity type> 'checks_requested')...  branches: text...  branches-ignore: text...}
  milestone: null | {types: (<activity type> 'created' 'closed' 'opened' 'edited' 'deleted')...}
  page_build: null
  project: null | {types: (<activity type> 'created' 'closed' 'reopened' 'edited' 'deleted')...}
  project_card: null | {types: (<activity type> 'created' 'moved' 'converted' 'edited' 'deleted')...}
  project_column: null | {types: (<activity type> 'created' 'updated' 'moved' 'deleted')...}
  public: null
  pull_request: null | pull_request
  pull_request_comment: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  pull_request_review: null | {types: (<activity type> 'submitted' 'edited' 'dismissed')...}
  pull_request_review_comment: null | {types: (<activity type> 'created' 'edited' 'deleted')...}
  pull_request_target: null | pull_request
  push: null | {branches: text...  branches-ignore: text...  tags: text...  tags-ignore: text...  paths: text...  paths-ignore: text...}
  registry_package: null | {types: (<activity type> 'published' 'updated')...}
  release: null | {types: (<activity type> 'published' 'unpublished' 'created' 'edited' 'deleted' 'prereleased' 'released')...}
  repository_dispatch: null | {types: [text]}
  schedule: [{cron!: text  timezone: text}]
  status: null
  watch: null | {types: (<activity type> 'started')...}
  workflow_call: null | {
    inputs: {<input> +: {
      description: string  type!: <input type> 'string' 'boolean' 'number'  required: boolean
      default: (string | boolean | number) @start}}
    secrets: {<secret> +: null | {description: string  required: boolean}}
    outputs: {<output> +: {description: string  value!: string @start jobs}}
  }
  workflow_dispatch: null | {
    inputs: {<input> +: {
      description: string  type: <input type> 'string' 'boolean' 'number' 'environment' 'choice'  required: boolean
      default: string | boolean | number  options: [string]}}
  }
  workflow_run: null | {
    types: (<activity type> 'requested' 'completed' 'in_progress')...  workflows: text...  branches: text...  branches-ignore: text...}
}

event = <event> 'branch_protection_rule' 'check_run' 'check_suite' 'create' 'delete' 'deployment'
  'deployment_status' 'discussion' 'discussion_comment' 'fork' 'gollum' 'image_version' 'issue_comment'
  'issues' 'label' 'merge_group' 'milestone' 'page_build' 'project' 'project_card' 'project_column'
  'public' 'pull_request' 'pull_request_comment' 'pull_request_review' 'pull_request_review_comment'
  'pull_request_target' 'push' 'registry_package' 'release' 'repository_dispatch' 'schedule' 'status'
  'watch' 'workflow_call' 'workflow_dispatch' 'workflow_run'

pull_request = {
  types: (<activity type> 'assigned' 'unassigned' 'labeled' 'unlabeled' 'opened' 'edited' 'closed' 'reopened' 'synchronize'
    'converted_to_draft' 'locked' 'unlocked' 'enqueued' 'dequeued' 'milestoned' 'demilestoned' 'ready_for_review'
    'review_requested' 'review_request_removed' 'auto_merge_enabled' 'auto_merge_disabled' 'stacked')...
  branches: text...  branches-ignore: text...  paths: text...  paths-ignore: text...}

cache-mode = <cache mode> 'read' 'write' 'write-only' 'none'
concurrency = {group!: text  cancel-in-progress: boolean  queue: <queue mode> 'single' 'max'}

permissions = <permission set> 'read-all' 'write-all' | {<permission>
  actions: access  artifact-metadata: access  attestations: access  checks: access  code-quality: access
  contents: access  copilot-requests: write  deployments: access  discussions: access  drives: access
  id-token: write  issues: access  models: read  packages: access  pages: access  pull-requests: access
  repository-projects: access  security-events: access  statuses: access  vulnerability-alerts: read
}
access = <access level> 'read' 'write' 'none'
read = <access level> 'read' 'none'
write = <access level> 'write' 'none'

job = {
  needs: text...  if: condition @jobif  strategy: strategy  name: string @leg  runs-on!: runs-on
  timeout-minutes: number @leg  cancel-timeout-minutes: number @leg  continue-on-error: boolean @leg
  container: (string | container) @leg  services: {<service> +: (text | service) @leg} @leg
  env: {+: string} @leg secrets  environment: environment  permissions: permissions
  concurrency: (text | concurrency) @leg  outputs: {+: string @runner}
  defaults: {run: {shell: text  working-directory: text} @leg env}
  steps: [<a step> step]  snapshot: text | {image-name!: text  if: condition @leg  version: text}  cache-mode: cache-mode
} | {
  name: string @leg  uses!: text  with: {+: (string | boolean | number) @leg}
  secrets: 'inherit' | {+: (string | boolean | number) @leg secrets}
  needs: text...  if: condition @jobif  permissions: permissions  concurrency: (text | concurrency) @leg
  strategy: strategy  cache-mode: cache-mode
}

strategy = {
  fail-fast: boolean  max-parallel: number
  matrix: {include: [{+: any}]  exclude: [{+: any}]  +: [any]}
} @needs

runs-on = (text | [text] | {group: text  labels: text...}) @leg
environment = (string | {
  name!: string @leg  url: string @leg steps job runner env  deployment: boolean}) @leg
container = {
  image: text  options: string  env: {+: string @runner}  ports: [text]  volumes: [text]  credentials: credentials}
service = {
  image: text  options: string  env: {+: string @runner}  ports: [text]  volumes: [text]  credentials: credentials
  entrypoint: string  command: string}
credentials = {username: text  password: text} @start secrets env

step = {
  name: string @step  id: text  if: condition @stepif  timeout-minutes: number @step  run!: string @step
  continue-on-error: boolean @step  env: {+: string} @step  working-directory: string @step  shell: text
  background: boolean
} | {
  name: string @step  id: text  if: condition @stepif  continue-on-error: boolean @step  timeout-minutes: number @step
  uses!: text  with: {+: string} @step  env: {+: string} @step  background: boolean
} | {
  name: string @step  id: text  continue-on-error: boolean @step  wait!: text...
} | {
  name: string @step  id: text  continue-on-error: boolean @step  wait-all!: null | boolean
} | {
  name: string @step  id: text  continue-on-error: boolean @step  cancel!: text
} | {
  parallel!: [<a step> step]
}

any = null | boolean | number | string | [any] | {*: any}
)";

constexpr std::string_view kAction = R"(
@inputs = inputs
@input  = github strategy matrix job runner hashFiles(1,255)
@output = github strategy matrix steps inputs job runner env
@step   = github inputs strategy matrix steps job runner env hashFiles(1,255)
@stepif = @step always(0,0) success(0,0) failure(0,0) cancelled(0,0)

action = {
  name: string  description: string  runs!: runs  +: any
  inputs: {<input> +: {default: string @input  +: any}}
  outputs: {<output> +: {description: string  value: string @output  +: any}}
}

runs = {
  using!: text  image!: text  entrypoint: text  args: [string @inputs]  env: {+: string} @inputs
  pre-entrypoint: text  pre-if: text  post-entrypoint: text  post-if: text
} | {
  using!: text  main!: text  pre: text  pre-if: text  post: text  post-if: text
} | {
  using!: text  steps!: [<a step> step]
} | {
  plugin!: text
}

step = {
  name: string @step  id: text  if: condition @stepif  run!: string @step  shell!: string @step  env: {+: string} @step
  continue-on-error: boolean @step  working-directory: string @step
} | {
  name: string @step  id: text  if: condition @stepif  uses!: text  with: {+: string} @step  env: {+: string} @step
  continue-on-error: boolean @step
}
any = null | boolean | number | string | [any] | {*: any}
)";

}  // namespace

const Schema& workflow_schema() {
  static const Schema kSchema(kWorkflow);
  return kSchema;
}

const Schema& action_schema() {
  static const Schema kSchema(kAction);
  return kSchema;
}

}  // namespace dagsim::workflow
