// Caches of actions that build their key themselves.
#include "tests/catch.h"
#include "tests/workflow/caches_testing.h"
#include "workflow/action_step.h"

namespace dagsim::workflow {
namespace {

TEST_CASE("rust-cache keys by prefix, job, platform and two digests, its restore key is all but the last") {
  CHECK(cached("      - uses: Swatinem/rust-cache@v2\n") ==
        R"--(restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
)--");
}

TEST_CASE("rust-cache's shared-key takes the place of both the key and the job") {
  CHECK(cached("      - {uses: Swatinem/rust-cache@v2, with: {shared-key: ci, key: unused}}\n") ==
        R"--(restores saves ci: v0-rust-ci-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-ci-Linux-x64-<environment>-<locks>
  then v0-rust-ci-Linux-x64-<environment>
  a miss says false
)--");
}

TEST_CASE("rust-cache's key stands before the job, its prefix-key in place of the usual prefix") {
  CHECK(cached(R"(
      - {uses: Swatinem/rust-cache@v2, with: {key: debug}}
      - {uses: Swatinem/rust-cache@v2, with: {prefix-key: v1, shared-key: ci}}
      - {uses: Swatinem/rust-cache@v2, with: {add-job-id-key: false}}
      - {uses: Swatinem/rust-cache@v2, with: {key: debug, add-job-id-key: "false", add-rust-environment-hash-key: "false"}}
)") == R"--(restores saves debug-build: v0-rust-debug-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-debug-build-Linux-x64-<environment>-<locks>
  then v0-rust-debug-build-Linux-x64-<environment>
  a miss says false
restores saves v1-ci: v1-ci-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v1-ci-Linux-x64-<environment>-<locks>
  then v1-ci-Linux-x64-<environment>
  a miss says false
restores saves v0-rust: v0-rust-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-Linux-x64-<environment>-<locks>
  then v0-rust-Linux-x64-<environment>
  a miss says false
restores saves debug: v0-rust-debug-${{ runner.os }}-${{ runner.arch }}-<locks>
  known v0-rust-debug-Linux-x64-<locks>
  then v0-rust-debug-Linux-x64
  a miss says false
)--");
}

TEST_CASE("Legs of a matrix share rust-cache's key, since GITHUB_JOB is the job's id, unless key or system differs") {
  CHECK(cached(R"(
      - uses: Swatinem/rust-cache@v2
      - {uses: Swatinem/rust-cache@v2, with: {key: "${{ matrix.os }}"}}
)",
               {.runner = "${{ matrix.os }}", .job = "    strategy: {matrix: {os: [ubuntu-24.04, macos-15]}}\n"}) ==
        R"--(build[os=ubuntu-24.04]
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
restores saves ubuntu-24.04-build: v0-rust-${{ matrix.os }}-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-ubuntu-24.04-build-Linux-x64-<environment>-<locks>
  then v0-rust-ubuntu-24.04-build-Linux-x64-<environment>
  a miss says false
build[os=macos-15]
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Darwin-arm64-<environment>-<locks>
  then v0-rust-build-Darwin-arm64-<environment>
  a miss says false
restores saves macos-15-build: v0-rust-${{ matrix.os }}-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-macos-15-build-Darwin-arm64-<environment>-<locks>
  then v0-rust-macos-15-build-Darwin-arm64-<environment>
  a miss says false
)--");
}

TEST_CASE("rust-cache saves when save-if is 'true', and after a failure when cache-on-failure is") {
  CHECK(cached(R"(
      - {uses: Swatinem/rust-cache@v2, with: {save-if: "${{ github.ref == 'refs/heads/main' }}"}}
      - {uses: Swatinem/rust-cache@v2, with: {save-if: "${{ vars.SAVE }}", cache-on-failure: "true"}}
      - {uses: Swatinem/rust-cache@v2, with: {lookup-only: true}}
)") == R"--(restores build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  saves if always()
  a miss says false
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
)--");
}

TEST_CASE("setup-rust-toolchain brings a rust-cache of its own") {
  CHECK(cached(R"(
      - uses: actions-rust-lang/setup-rust-toolchain@v1
      - {uses: actions-rust-lang/setup-rust-toolchain@v1, with: {cache-shared-key: ci, cache-on-failure: false}}
      - {uses: actions-rust-lang/setup-rust-toolchain@v1, with: {cache: false}}
)") == R"--(restores saves setup-rust-toolchain: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  saves if always()
  a miss says false
restores saves ci: v0-rust-ci-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-ci-Linux-x64-<environment>-<locks>
  then v0-rust-ci-Linux-x64-<environment>
  a miss says false
no cache
)--");
}

TEST_CASE("Set-up actions cache where they are told to, by the package manager that they name") {
  CHECK(cached(R"(
      - {uses: actions/setup-node@v4, with: {cache: pnpm}}
      - {uses: actions/setup-python@v5, with: {cache: pip}}
      - {uses: actions/setup-java@v4, with: {cache: gradle}}
      - {uses: actions/setup-python@v5, with: {cache: poetry}}
      - {uses: actions/setup-dotnet@v4, with: {cache: true}}
      - {uses: ruby/setup-ruby@v1, with: {bundler-cache: true}}
      - {uses: pnpm/action-setup@v4, with: {cache: true}}
      - {uses: useblacksmith/setup-node@v5, with: {cache: npm}}
)") == R"--(restores saves setup-node-pnpm: node-cache-${{ runner.os }}-${{ runner.arch }}-pnpm-<digest of lock files>
  known node-cache-Linux-x64-pnpm-<digest of lock files>
  a miss says false
restores saves setup-python-pip: setup-python-${{ runner.os }}-${{ runner.arch }}-pip-<digest of requirements>
  known setup-python-Linux-x64-pip-<digest of requirements>
  then setup-python-Linux-x64-pip
  a miss says false
restores saves setup-java-gradle: setup-java-${{ runner.os }}-${{ runner.arch }}-gradle-<digest of build files>
  known setup-java-Linux-x64-gradle-<digest of build files>
  a miss says false
restores saves setup-python-poetry: setup-python-${{ runner.os }}-${{ runner.arch }}-poetry-<digest of requirements>
  known setup-python-Linux-x64-poetry-<digest of requirements>
  a miss says false
restores saves setup-dotnet: dotnet-cache-${{ runner.os }}-${{ runner.arch }}-<digest of lock files>
  known dotnet-cache-Linux-x64-<digest of lock files>
  a miss says false
restores saves setup-ruby: setup-ruby-bundler-cache-${{ runner.os }}-${{ runner.arch }}-<digest of Gemfile.lock>
  known setup-ruby-bundler-cache-Linux-x64-<digest of Gemfile.lock>
  then setup-ruby-bundler-cache-Linux-x64
  a miss says false
restores saves action-setup: pnpm-cache-${{ runner.os }}-${{ runner.arch }}-<digest of lock files>
  known pnpm-cache-Linux-x64-<digest of lock files>
  a miss says false
restores saves setup-node-npm: node-cache-${{ runner.os }}-${{ runner.arch }}-npm-<digest of lock files>
  known node-cache-Linux-x64-npm-<digest of lock files>
  a miss says false
)--");
}

TEST_CASE("Set-up actions that nobody tells to cache don't, but for those that do so by default") {
  CHECK(cached(R"(
      - uses: actions/setup-node@v4
      - uses: actions/setup-python@v5
      - uses: actions/setup-java@v4
      - uses: actions/setup-dotnet@v4
      - uses: ruby/setup-ruby@v1
      - uses: actions/setup-go@v3
      - uses: actions/setup-go@v5
      - {uses: actions/setup-go@v5, with: {cache: false}}
      - uses: actions/setup-go@0123456789abcdef0123456789abcdef01234567
      - uses: oven-sh/setup-bun@v2
      - {uses: oven-sh/setup-bun@v2, with: {no-cache: true}}
      - uses: golangci/golangci-lint-action@v6
      - {uses: golangci/golangci-lint-action@v6, with: {skip-save-cache: true}}
)") == R"--(no cache
no cache
no cache
no cache
no cache
no cache
restores saves setup-go: setup-go-${{ runner.os }}-${{ runner.arch }}-<digest of go.sum>
  known setup-go-Linux-x64-<digest of go.sum>
  a miss says false
no cache
restores saves setup-go: setup-go-${{ runner.os }}-${{ runner.arch }}-<digest of go.sum>
  known setup-go-Linux-x64-<digest of go.sum>
  a miss says false
restores saves setup-bun: bun-${{ runner.os }}-${{ runner.arch }}-<digest of version>
  known bun-Linux-x64-<digest of version>
  a miss says false
no cache
restores saves golangci-lint-action: golangci-lint.cache-${{ runner.os }}-${{ runner.arch }}-<digest of go.mod>
  known golangci-lint.cache-Linux-x64-<digest of go.mod>
  then golangci-lint.cache-Linux-x64
  a miss says false
restores golangci-lint-action: golangci-lint.cache-${{ runner.os }}-${{ runner.arch }}-<digest of go.mod>
  known golangci-lint.cache-Linux-x64-<digest of go.mod>
  then golangci-lint.cache-Linux-x64
  a miss says false
)--");
}

TEST_CASE("setup-node asks package.json from its fifth version on, without that file nobody knows") {
  const std::string five = "      - uses: actions/setup-node@v5\n";
  const auto with = [&](const std::string& version, const std::string& json) {
    return cached("      - uses: actions/setup-node@" + version + "\n", {.files = {{"package.json", json}}});
  };
  CHECK(
      cached(five) ==
      R"--(r/.github/workflows/ci.yml:6:15: note: whether "actions/setup-node@v5" has a cache is not known and counts as no: it caches what package.json names as "packageManager", and there is no such file at the root [unknown-cache]
 6 |       - uses: actions/setup-node@v5
   |               ^~~~~~~~~~~~~~~~~~~~~
no cache
)--");
  CHECK(with("v5", "{}") == "no cache\n");
  CHECK(with("v5", "not json") == "no cache\n");
  CHECK(with("v5", R"({"packageManager": "pnpm@9.1.0"})") ==
        R"--(restores saves setup-node-pnpm: node-cache-${{ runner.os }}-${{ runner.arch }}-pnpm-<digest of lock files>
  known node-cache-Linux-x64-pnpm-<digest of lock files>
  a miss says false
)--");
  CHECK(with("v6", R"({"packageManager": "pnpm@9.1.0"})") == "no cache\n");
  CHECK(with("v6", R"({"devEngines": {"packageManager": {"name": "npm"}}})") ==
        R"--(restores saves setup-node-npm: node-cache-${{ runner.os }}-${{ runner.arch }}-npm-<digest of lock files>
  known node-cache-Linux-x64-npm-<digest of lock files>
  a miss says false
)--");
  CHECK(with("v4", R"({"packageManager": "npm@10.0.0"})") == "no cache\n");
  CHECK(cached("      - {uses: actions/setup-node@v5, with: {package-manager-cache: false}}\n") == "no cache\n");
}

TEST_CASE("setup-uv caches on GitHub's machines from its fifth version on") {
  const std::string steps = R"(
      - uses: astral-sh/setup-uv@v4
      - uses: astral-sh/setup-uv@v6
      - {uses: astral-sh/setup-uv@v6, with: {enable-cache: true, save-cache: false, cache-suffix: "${{ github.job }}"}}
)";
  CHECK(cached(steps) == R"--(no cache
restores saves setup-uv: setup-uv-${{ runner.os }}-${{ runner.arch }}-<digest of lock files>
  known setup-uv-Linux-x64-<digest of lock files>
  a miss says false
restores setup-uv: setup-uv-${{ runner.os }}-${{ runner.arch }}-<digest of lock files>-${{ github.job }}
  known setup-uv-Linux-x64-<digest of lock files>-build
  a miss says false
)--");
  CHECK(cached(steps, {.runner = "[self-hosted, linux]"}) == R"--(no cache
no cache
restores setup-uv: setup-uv-${{ runner.os }}-${{ runner.arch }}-<digest of lock files>-${{ github.job }}
  known setup-uv-Linux-x64-<digest of lock files>-build
  a miss says false
)--");
}

TEST_CASE("Gradle saves on the default branch only, unless it is told otherwise") {
  const std::string steps = R"(
      - uses: gradle/actions/setup-gradle@v4
      - {uses: gradle/actions/setup-gradle@v4, with: {cache-read-only: false}}
      - {uses: gradle/actions/setup-gradle@v4, with: {cache-disabled: true}}
)";
  CHECK(cached(steps) == R"--(restores setup-gradle: gradle-home-${{ runner.os }}-${{ runner.arch }}-<digest of commit>
  known gradle-home-Linux-x64-<digest of commit>
  then gradle-home-Linux-x64
  a miss says false
restores saves setup-gradle: gradle-home-${{ runner.os }}-${{ runner.arch }}-<digest of commit>
  known gradle-home-Linux-x64-<digest of commit>
  then gradle-home-Linux-x64
  a miss says false
no cache
)--");
  CHECK(cached(steps, {.event = "push"}) ==
        R"--(restores saves setup-gradle: gradle-home-${{ runner.os }}-${{ runner.arch }}-<digest of commit>
  known gradle-home-Linux-x64-<digest of commit>
  then gradle-home-Linux-x64
  a miss says false
  scope refs/heads/main
restores saves setup-gradle: gradle-home-${{ runner.os }}-${{ runner.arch }}-<digest of commit>
  known gradle-home-Linux-x64-<digest of commit>
  then gradle-home-Linux-x64
  a miss says false
  scope refs/heads/main
no cache
)--");
}

TEST_CASE("mise-action saves under its prefix or its own key, as long as it may") {
  CHECK(cached(R"(
      - uses: jdx/mise-action@v2
      - {uses: jdx/mise-action@v2, with: {cache_key_prefix: "tools-${{ matrix.x }}", cache_save: false}}
      - {uses: jdx/mise-action@v3, with: {cache_key: "own-{{platform}}-{{file_hash}}"}}
      - {uses: jdx/mise-action@v2, with: {cache: false}}
)") == R"--(restores saves mise-v2: mise-v2
  known mise-v2-Linux-x64
  a miss says false
restores tools: tools-${{ matrix.x }}
  known tools--Linux-x64
  a miss says false
restores saves own: own-{{platform}}-{{file_hash}}
  known own-{{platform}}-{{file_hash}}-Linux-x64
  a miss says false
no cache
)--");
}

TEST_CASE("Compiler caches take the newest entry of their prefix and always save one") {
  CHECK(cached(R"(
      - {uses: hendrikmuhs/ccache-action@v1.2, with: {key: "${{ github.job }}-${{ github.sha }}", restore-keys: "${{ github.job }}"}}
      - {uses: hendrikmuhs/ccache-action@v1.2, with: {variant: sccache, save: false}}
      - uses: mozilla-actions/sccache-action@v0.0.9
)") == R"--(restores saves ccache-build: ccache-${{ github.job }}-${{ github.sha }}-
  known ccache-build-${{ github.sha }}-
  then ccache-build
restores sccache: sccache-
restores saves sccache: sccache
)--");
}

TEST_CASE("Image builds restore and save layers by scope, registry reference or bucket") {
  CHECK(cached(R"(
      - uses: docker/build-push-action@v6
        with: {cache-from: "type=gha", cache-to: "type=gha,mode=max"}
      - uses: docker/build-push-action@v6
        with:
          cache-from: |
            type=gha,scope=main
            type=registry,ref=ghcr.io/o/i:cache
          cache-to: type=gha,scope=${{ github.ref_name }}-${{ github.sha }},mode=max
      - uses: docker/build-push-action@v6
        with: {cache-from: "ghcr.io/o/i:cache", cache-to: "type=registry,ref=ghcr.io/o/i:cache,mode=max"}
      - uses: docker/build-push-action@v6
        with: {cache-from: "type=s3,region=eu,bucket=b,name=n"}
      - uses: docker/build-push-action@v6
        with: {cache-from: "type=local,src=/tmp/layers", cache-to: "type=inline"}
      - uses: docker/build-push-action@v6
        with: {cache-from: "type=gha", cache-to: "type=gha", no-cache: true}
      - uses: docker/build-push-action@v6
)") == R"--(restores saves docker-buildkit: type=gha
restores saves docker-main: type=gha,scope=main
  then type=registry,ref=ghcr.io/o/i:cache
  saves as docker-1/merge
restores saves docker-ghcr.io/o/i:cache: ghcr.io/o/i:cache
  scope any
restores docker-b/n: type=s3,region=eu,bucket=b,name=n
  scope any
no cache
saves docker-buildkit: type=gha
no cache
)--");
}

TEST_CASE("bake-action's caches are overrides of its targets") {
  CHECK(cached(R"(
      - uses: docker/bake-action@v6
        with:
          set: |
            *.cache-from=type=gha,scope=build
            *.cache-to=type=gha,scope=build,mode=max
            app.args.X=1
      - uses: docker/bake-action@v6
)") == R"--(restores saves docker-build: type=gha,scope=build
no cache
)--");
}

TEST_CASE("buildx keeps its binary only when a version is asked for, qemu its image from the third version on") {
  CHECK(cached(R"(
      - uses: docker/setup-buildx-action@v3
      - {uses: docker/setup-buildx-action@v3, with: {version: v0.20.0}}
      - {uses: docker/setup-buildx-action@v3, with: {version: v0.20.0, cache-binary: false}}
      - uses: docker/setup-qemu-action@v3
      - uses: docker/setup-qemu-action@v2
)") == R"--(no cache
restores saves setup-buildx: buildx-dl-bin-v0.20.0-${{ runner.os }}-${{ runner.arch }}
  known buildx-dl-bin-v0.20.0-Linux-x64
no cache
restores saves setup-qemu: tonistiigi/binfmt:latest-${{ runner.os }}-${{ runner.arch }}
  known tonistiigi/binfmt:latest-Linux-x64
no cache
)--");
}

TEST_CASE("The version of an action is read from tags and release branches, not from commits") {
  const auto major = [](const char* ref) {
    const std::optional<ActionVersion> version = parse_version(ref);
    return version ? version->major * 100 + version->minor : -1000;
  };
  CHECK(major("v4") == 399);
  CHECK(major("v4.1.2") == 401);
  CHECK(major("release/v1.8") == 108);
  CHECK(major("main") == -1000);
  CHECK(major("") == -1000);
  CHECK(major("v") == -1000);
  CHECK(major("99999999999") == -1000);
  CHECK(major("0123456789012345678901234567890123456789") == -1000);
}

}  // namespace
}  // namespace dagsim::workflow
