package dev.slipway.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.slipway.text.Hostile;

class ConfigurationFuzzTest {
  @FuzzTest
  void a_file_is_right_or_each_problem_is_named(byte[] input) {
    String yaml = Hostile.text(input);
    try {
      Configuration configuration = Configuration.parse("slipway.yaml", yaml);
      Hostile.require(
          Configuration.parse("slipway.yaml", yaml).toString().equals(configuration.toString()),
          "read twice it is another",
          yaml);
    } catch (InvalidConfiguration e) {
      Hostile.require(!e.problems().isEmpty(), "no problem is named", yaml);
      e.problems().forEach(problem -> Hostile.requireLine(problem.toString(), 2_000));
    }
  }
}
