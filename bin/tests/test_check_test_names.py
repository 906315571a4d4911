"""What check_test_names.py finds, and what it lets pass."""

import unittest

import check_test_names


class TestNames(unittest.TestCase):
    def found(self, source):
        return [name for _, name in check_test_names.names(source)]

    def test_a_test_and_a_nested_class(self):
        self.assertEqual(
            self.found(
                """
  @Nested
  class A_push {
    @Test
    void deploysIt() {}

    @ParameterizedTest
    @CsvSource({
      "a, b"
    })
    void is_deployed(String a, String b) {}

    private void helperMethod() {}
  }
"""
            ),
            ["A_push", "deploysIt", "is_deployed"],
        )

    def test_what_is_snake_case(self):
        for name in ("is_deployed", "deploys", "A_push", "Drift"):
            self.assertTrue(check_test_names.is_snake_case(name), name)
        for name in ("isDeployed", "APush", "TheBreaker", "is_Deployed"):
            self.assertFalse(check_test_names.is_snake_case(name), name)


if __name__ == "__main__":
    unittest.main()
