"""Lambda's reports, in both forms, and what is said of many."""

import json
import unittest

from acceptance import cost
from acceptance.metering import Report, percentile, report, summary

TEXT = (
    "REPORT RequestId: 8f5\tDuration: 42.13 ms\tBilled Duration: 43 ms\tMemory Size: 1024 MB\tMax Memory Used: 141 MB\t"
    "Restore Duration: 412.20 ms\tBilled Restore Duration: 5 ms"
)


def platform(**metrics):
    given = {"durationMs": 12.5, "billedDurationMs": 13, "memorySizeMB": 1024, "maxMemoryUsedMB": 150}
    return json.dumps({"time": "…", "type": "platform.report", "record": {"requestId": "x", "metrics": given | metrics}})


class MeteringTest(unittest.TestCase):
    def test_a_restore_in_the_older_text(self):
        self.assertEqual(report(TEXT), Report(42.13, 48, 1024, 141, restore=412.2))

    def test_json_warm_restored_and_cold(self):
        self.assertTrue(report(platform()).warm)
        self.assertEqual(report(platform(restoreDurationMs=300, billedRestoreDurationMs=7)), Report(12.5, 20, 1024, 150, restore=300))
        self.assertFalse(report(platform(initDurationMs=900)).warm)

    def test_other_lines_are_none(self):
        for line in ("", "REPORTED: nothing", "{broken", "[]", '{"type": "platform.start"}', '{"message": "report"}'):
            self.assertIsNone(report(line), line)

    def test_percentiles_are_values_that_were_seen(self):
        self.assertEqual([percentile([30, 10, 20], share) for share in (0, 0.5, 0.95, 1)], [10, 20, 30, 30])

    def test_a_summary_names_restores_apart(self):
        found = [Report(10, 10, 1024, 100), Report(30, 30, 1024, 120), Report(200, 200, 1024, 90, restore=400)]
        self.assertEqual(
            summary("deploy", found),
            "deploy: 3 invocations, restored 1 times, 400 ms (most 400), warm 10 ms (p95 30), memory 120 of 1024 MB",
        )


class CostTest(unittest.TestCase):
    def test_a_task_costs_a_minute_at_least(self):
        one = dict(cost.lines(cost.Use([10], [], 0.1)))
        self.assertIn("Fargate, 1 tasks, 1 minutes at 0.25 vCPU and 0.5 GB", one)
        self.assertAlmostEqual(one["Fargate, 1 tasks, 1 minutes at 0.25 vCPU and 0.5 GB"], (0.01012 + 0.0022225) / 60, places=7)

    def test_a_begun_hour_of_alarms_counts(self):
        self.assertEqual(cost.total(cost.Use([], [], 0.2)), cost.total(cost.Use([], [], 1)))
        self.assertLess(cost.total(cost.Use([], [], 1)), cost.total(cost.Use([], [], 1.1)))

    def test_lambda_is_paid_by_memory_and_time(self):
        without, with_one = cost.Use([], [], 1), cost.Use([], [Report(1000, 1000, 2048, 100)], 1)
        self.assertAlmostEqual(cost.total(with_one) - cost.total(without), 2 * 0.0000133334 + 0.0000002, places=10)

    def test_what_is_expected_is_below_a_dollar(self):
        self.assertLess(cost.expected(), 1)
