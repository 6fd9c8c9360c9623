#include "workflow/cron.h"

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

std::string checked(const std::string& cron) {
  std::string text;
  for (const TextFault& fault : check_cron(cron)) {
    if (!text.empty()) text += "\n";
    text += fmt::format("{}-{}: {}{}", fault.begin + 1, fault.end,
                        fault.severity == Severity::Warning ? "warning: " : "", fault.message);
  }
  return text;
}

}  // namespace

TEST_CASE("Schedules of GitHub's documentation are fine") {
  for (const char* cron :
       {"30 5,17 * * *", "15 4,5 * * *", "15 * * * *", "2,10 4,5 * * *", "30 4-6 * * *", "20/15 * * * *",
        "30 5 * * 1,3", "30 5 * * 2,4", "*/5 * * * *", "0 0 1 JAN *", "0 0 * * mon-Fri", "0 0 31 12 6", "5 5 * dec sun",
        "0  0   * * 0", "0-30/5 */2 1-31 */3 SUN-SAT/2", "00 007 1 1 0", "59 23 * * *"}) {
    INFO(cron);
    CHECK(checked(cron).empty());
  }
}

TEST_CASE("Each wrong field is reported where it stands") {
  CHECK(
      checked("60 24 0 13 7") ==
      "1-2: minute \"60\", expected 0-59\n4-5: hour \"24\", expected 0-23\n7-7: day of the month \"0\", expected 1-31\n"
      "9-10: month \"13\", expected 1-12 or jan-dec\n12-12: day of the week \"7\", expected 0-6 or sun-sat");
  CHECK(checked("0 0 * foo *") == "7-9: month \"foo\", expected 1-12 or jan-dec");
  CHECK(checked("jan 0 * * *") == "1-3: minute \"jan\", expected 0-59");
  CHECK(checked("0 0 * * 1,x,9") ==
        "11-11: day of the week \"x\", expected 0-6 or sun-sat\n13-13: day of the week \"9\", expected 0-6 or sun-sat");
  CHECK(checked("0 0 L * 5#2") ==
        "5-5: day of the month \"L\", expected 1-31\n9-11: day of the week \"5#2\", expected 0-6 or sun-sat");
  CHECK(checked("0 0 ? * *") == "5-5: day of the month \"?\", expected 1-31");
  CHECK(checked("-1 0 * * *") == "1-2: minute \"-1\", expected 0-59");
  CHECK(checked("1.5 0x1 * * *") == "1-3: minute \"1.5\", expected 0-59\n5-7: hour \"0x1\", expected 0-23");
  CHECK(checked("99999999999 0 * * *") == "1-11: minute \"99999999999\", expected 0-59");
}

TEST_CASE("Ranges go up, and steps lie within the field") {
  CHECK(checked("0 5-3 * * *") == "3-5: hour \"5-3\" runs backwards, expected the smaller value first");
  CHECK(checked("0 0 * * FRI-MON") ==
        "9-15: day of the week \"FRI-MON\" runs backwards, expected the smaller value first");
  CHECK(checked("0 1-2-3 * * *") == "5-7: hour \"2-3\", expected 0-23");
  CHECK(checked("0 *-5 * * *") == "3-3: hour \"*\", expected 0-23");
  CHECK(checked("*/0 0 * * *") == "1-3: minute \"*/0\" has the step \"0\", expected 1-59");
  CHECK(checked("*/60 0 * * *") == "1-4: minute \"*/60\" has the step \"60\", expected 1-59");
  CHECK(checked("0 0 * */mar *") == "7-11: month \"*/mar\" has the step \"mar\", expected 1-12");
  CHECK(checked("0 */2/3 * * *") == "3-7: hour \"*/2/3\" has the step \"2/3\", expected 1-23");
  CHECK(checked("0 */ * * *") == "3-4: hour \"*/\" has the step \"\", expected 1-23");
  CHECK(checked("0 /2 * * *") == "3-4: hour \"/2\", expected 0-23");
  CHECK(checked("0 1,,2 * * *") ==
        "3-6: hour \"1,,2\" has an empty item, expected a value on both sides of each comma");
}

TEST_CASE("A schedule has five fields with spaces between them") {
  const std::string names = ", expected 5: minute, hour, day of the month, month and day of the week";
  CHECK(checked("0 0 * *") == "1-7: schedule has 4 fields" + names);
  CHECK(checked("0 0 * * * *") == "1-11: schedule has 6 fields" + names);
  CHECK(checked("daily") == "1-5: schedule has 1 field" + names);
  CHECK(checked("") == "1-0: schedule has 0 fields" + names);
  CHECK(checked("0\t0 * * *") == "1-9: schedule has 4 fields" + names);
  CHECK(checked(" 0 0 * * *") ==
        "1-10: schedule begins or ends with a space, expected five fields with spaces only between them");
  CHECK(checked("0 0 * * * ") ==
        "1-10: schedule begins or ends with a space, expected five fields with spaces only between them");
  CHECK(
      checked("@daily") ==
      "1-6: schedule \"@daily\" is no POSIX cron, expected the fields minute, hour, day of the month, month and day of "
      "the week");
}

TEST_CASE("Less than five minutes between runs is a warning") {
  const auto warning = [](const std::string& field, const std::string& gap) {
    return fmt::format(
        "1-{}: warning: minute \"{}\" asks for runs {} apart, but GitHub starts them at most every 5 minutes",
        field.size(), field, gap);
  };
  CHECK(checked("* * * * *") == warning("*", "1 minute"));
  CHECK(checked("*/4 * * * *") == warning("*/4", "4 minutes"));
  CHECK(checked("0-4 * * * *") == warning("0-4", "1 minute"));
  CHECK(checked("0,2,30 * * * *") == warning("0,2,30", "2 minutes"));
  CHECK(checked("0-20/10,13 5 * * *") == warning("0-20/10,13", "3 minutes"));
  CHECK(checked("1,58 * * * *") == warning("1,58", "3 minutes"));
  CHECK(checked("1,58 0,23 * * *") == warning("1,58", "3 minutes"));
  CHECK(checked("1,58 3,5 * * *").empty());
  CHECK(checked("*/7 * * * *").empty());
  CHECK(checked("* 99 * * *") == "3-4: hour \"99\", expected 0-23");
}

TEST_CASE("Random schedules are answered with places inside them") {
  uint64_t state = 20261123;
  const auto roll = [&](size_t sides) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % sides;
  };
  const std::string alphabet = "0123459*/-, ,jansu@\t\xFF";
  size_t fine = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string cron;
    for (size_t length = roll(16); length > 0; --length) cron += alphabet[roll(alphabet.size())];
    if (roll(2) == 0) cron += " * * *";
    const std::vector<TextFault> faults = check_cron(cron);
    if (faults.empty()) ++fine;
    for (const TextFault& fault : faults) CHECK((fault.begin <= fault.end && fault.end <= cron.size()));
  }
  CHECK(fine > 10);
}

}  // namespace dagsim::workflow
