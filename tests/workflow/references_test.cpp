#include "workflow/references.h"

#include "base/text.h"
#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

std::string found(std::string_view text) {
  std::string result;
  for (const Reference& reference : references_of_expression(text)) result += join(reference.parts, ".") + "\n";
  return result;
}

std::string replaced(std::string_view text) {
  return replace_in_template(text, [](const std::vector<std::string>& parts) -> std::optional<Replacement> {
    if (parts.size() < 2 || parts[0] != "inputs") return std::nullopt;
    if (parts[1] == "lit") return Replacement{2, "'it''s'"};
    if (parts[1] == "plain") return Replacement{2, "'release'"};
    return Replacement{2, "matrix." + parts[1]};
  });
}

TEST_CASE("References are found outside strings, numbers and calls") {
  CHECK(found("needs.Changes.outputs.rust == 'needs.x' && contains(github.ref, 1e5.x)") ==
        "needs.changes.outputs.rust\ngithub.ref\n");
  CHECK(found("matrix['os'] || a.b['c d'].e") == "matrix.os\na.b.c d.e\n");
  CHECK(found("fromJSON(needs.a.outputs.b).c[0].d") == "needs.a.outputs.b\n");
  CHECK(found("'it''s inputs.x' != inputs.y") == "inputs.y\n");
  CHECK(found("'open inputs.x").empty());
}

TEST_CASE("Replacing in a template leaves text outside the braces alone") {
  CHECK(replaced("inputs.os ${{ inputs.os }}!") == "inputs.os ${{ matrix.os }}!");
  CHECK(replaced("--${{ inputs.plain }}-${{ github.sha }}") == "--release-${{ github.sha }}");
  CHECK(replaced("${{ inputs.lit }}") == "${{ 'it''s' }}");
  CHECK(replaced("${{ 'inputs.os' }} ${{ unclosed") == "${{ 'inputs.os' }} ${{ unclosed");
  CHECK(replaced("${{ inputs['os'].x }}") == "${{ matrix.os.x }}");
}

TEST_CASE("A template is split at its braces, quotes respected") {
  std::string text;
  for (const Segment& segment : segments("a ${{ '}}' }} b${{x}}")) {
    text += (segment.expression ? "<" : "[") + std::to_string(segment.begin) + "," + std::to_string(segment.end) + ")";
  }
  CHECK(text == "[0,2)<5,11)[13,15)<18,19)");
}

TEST_CASE("A read of another job's output has its own place in the file") {
  const std::string yaml = "if: \"${{ needs.changes.outputs.rust }}\"\n";
  const auto file = std::make_shared<const SourceFile>("w.yml", yaml);
  const Reading reading{{"${{ needs.changes.outputs.rust }}", {file, {4, 39}}}, false};
  const std::vector<NeedsRead> reads = needs_reads(reading);
  REQUIRE(reads.size() == 1);
  CHECK(reads[0].job == "changes");
  CHECK(reads[0].output == "rust");
  CHECK(file->text(reads[0].where.range) == "needs.changes.outputs.rust");
}

}  // namespace
}  // namespace dagsim::workflow
