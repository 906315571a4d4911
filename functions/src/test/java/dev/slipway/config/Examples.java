package dev.slipway.config;

import java.util.List;
import java.util.stream.Stream;

/** Good and bad files. Parser and schema are both held against them. */
final class Examples {
  private Examples() {}

  /** A file that is right. */
  record Good(String what, String yaml) {
    @Override
    public String toString() {
      return what;
    }
  }

  /**
   * A file that is not right.
   *
   * @param seenBySchema false for what JSON Schema cannot express, or cannot see in the YAML
   * @param problems in the order of the file
   */
  record Bad(String what, boolean seenBySchema, String yaml, List<String> problems) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Good> good() {
    return Stream.of(
        new Good("least", "environments: { staging: { images: { tag: staging } } }"),
        new Good(
            "several of one tag",
            """
            environments:
              north: { images: { tag: release }, clusters: [north] }
              south: { images: { tag: release }, clusters: [south-1, south_2] }
            """),
        new Good(
            "names with all that is allowed",
            """
            environments:
              1: { images: { tag: "1.0" } }
              Team/a.b-c_d:e=f+g@h: { images: { tag: _x.y-Z } }
            """),
        new Good(
            "the newest image",
            """
            environments:
              staging: { images: { newest: main-* } }
              all: { images: { newest: "*" } }
            """),
        new Good(
            "versions",
            """
            environments:
              one: { images: { semver: ">=2 <3" } }
              two: { images: { semver: 1.2.3 } }
              three: { images: { semver: "^1.2 || ~2.0.1 || 3.x || 4.0 - 4.2", preReleases: false } }
              four: { images: { semver: ">=2.0.0-rc.1", preReleases: true, repositories: [web] } }
            """),
        new Good(
            "a regular expression",
            "environments: { staging: { images: { newest: \"/v[0-9]+-(main|hotfix)/\" } } }"),
        new Good(
            "some repositories",
            """
            environments:
              one: { images: { tag: staging, repositories: [shop/*, "*-web", a.b/c-d_e] } }
              two: { images: { repositories: ["*"], newest: main-* } }
            """),
        new Good(
            "images of another environment",
            """
            environments:
              staging: { images: { tag: staging } }
              production: { images: { from: staging, soak: 2h } }
              demo: { images: { from: production, repositories: [shop/*] } }
            """),
        new Good("nothing about the deployment", environment("deployment: {}")),
        new Good("all percentages", deployment("minimumHealthyPercent: 0, maximumPercent: 100")),
        new Good("whole numbers by another spelling", deployment("maximumPercent: 150.0")),
        new Good("far above 200", deployment("minimumHealthyPercent: 100, maximumPercent: 400")),
        new Good(
            "a circuit breaker with everything",
            deployment(
                "circuitBreaker: { enable: true, rollback: false, resetOnHealthyTask: false,"
                    + " thresholdConfiguration: { type: UNBOUNDED_PERCENT, value: 100 } }")),
        new Good(
            "a count of failures above 100",
            deployment("circuitBreaker: { thresholdConfiguration: { type: COUNT, value: 500 } }")),
        new Good("drift is held", environment("drift: hold")),
        new Good("an approval", environment("gates: { approval: { expires: 7d } }")),
        new Good(
            "signatures",
            environment(
                "gates: { signed: { by:"
                    + " [\"arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release\","
                    + " \"arn:aws-us-gov:signer:us-gov-west-1:111122223333:/signing-profiles/b_2\"]"
                    + " } }")),
        new Good("a scan", environment("gates: { scan: { atMost: high } }")),
        new Good(
            "a scan with everything",
            environment(
                "gates: { scan: { atMost: none, ignore: [CVE-2026-1234, GHSA-ab-cd], wait: 1h },"
                    + " approval: { expires: 7d } }")),
        new Good(
            "windows",
            environment(
                "windows: { zone: Europe/Berlin, open: [\"Mon-Thu 08:00-16:00\", \"Sat,Sun"
                    + " 22:00-02:00\"] }")),
        new Good("windows in UTC", environment("windows: { open: [\"Mon-Sun 00:00-24:00\"] }")),
        new Good(
            "freezes",
            environment(
                "freezes: [{ from: 2026-12-18T18:00, to: 2027-01-04T07:00, why: winter }, {"
                    + " zone: Asia/Tokyo, from: 2026-12-18T18:00:30, to: 2026-12-18T19:00, why: b"
                    + " }]")),
        new Good("a calendar", environment("calendar: release_Calendar-1.0")),
        new Good("a rollout is waited for", environment("whileRolling: wait")),
        new Good("a rollout is superseded", environment("whileRolling: supersede")),
        new Good("images are kept", environment("keep: { images: 5 }")),
        new Good("revisions are deregistered", environment("keep: { images: 5, revisions: 20 }")),
        new Good(
            "the deployed image is published",
            environment("publish: '/slipway/{cluster}/{service}/image'")),
        new Good(
            "each container's image is published",
            environment("publish: '/a/{service}/{cluster}/{container}'")),
        new Good("drift is undone", environment("drift: restore")),
        new Good("alarms", deployment("alarms: { names: [a b, 'c'], rollback: true }")),
        new Good("alarms switched off", deployment("alarms: { enable: false }")),
        new Good(
            "early success",
            deployment(
                "earlySuccessCriteria: { enable: true, healthyPercent: 50,"
                    + " sourceServiceRevisionCleanup: DEFERRED }")),
        new Good(
            "fields newer than the format",
            deployment("ecs: { strategy: ROLLING, newer: { list: [1, 2.5, ~, true, {}] } }")),
        new Good(
            "merge keys",
            """
            environments:
              staging: &staging { images: { tag: staging }, deployment: { maximumPercent: 150 } }
              production: { <<: *staging, images: { tag: production } }
            """),
        new Good(
            "aliases",
            """
            environments:
              staging:
                images: &release { tag: release }
                deployment: &rolling { minimumHealthyPercent: 50, ecs: { x: &x [1], y: *x } }
              production: { images: *release, deployment: *rolling }
            """));
  }

  static Stream<Bad> badBySchema() {
    return bad().filter(Bad::seenBySchema);
  }

  static Stream<Bad> bad() {
    return Stream.of(
        new Bad(
            "empty", true, "", List.of("f.yaml: the file is empty: it needs the key environments")),
        new Bad(
            "only comments",
            true,
            "# to do\n",
            List.of("f.yaml: the file is empty: it needs the key environments")),
        new Bad(
            "null",
            true,
            "~",
            List.of("f.yaml:1:1: expected the key environments, but this is empty")),
        new Bad(
            "a list",
            true,
            "- environments",
            List.of("f.yaml:1:1: expected the key environments, but this is a list")),
        new Bad(
            "no YAML",
            false,
            "environments: {\n  staging: [\n",
            List.of(
                "f.yaml:3:1: this is not YAML: expected the node content, but found '<stream"
                    + " end>'")),
        new Bad(
            "a tab",
            false,
            "environments:\n\tstaging:\n",
            List.of(
                "f.yaml:2:1: this is not YAML: found character '\\t(TAB)' that cannot start any"
                    + " token. (Do not use \\t(TAB) for indentation)")),
        new Bad(
            "two documents",
            false,
            "environments: {}\n---\nenvironments: {}\n",
            List.of("f.yaml:2:1: this is not YAML: but found another document")),
        new Bad(
            "no environments",
            true,
            "environment: { staging: { images: { tag: staging } } }",
            List.of(
                "f.yaml:1:1: environment: unknown key; allowed is environments. Did you mean"
                    + " environments?",
                "f.yaml:1:1: the key environments is missing: it names the environments, with their"
                    + " images")),
        new Bad(
            "environments without any",
            true,
            "environments: {}",
            List.of(
                "f.yaml:1:15: environments: there is no environment: name at least one, with the"
                    + " images that it follows")),
        new Bad(
            "environments left empty",
            true,
            "environments:\n",
            List.of(
                "f.yaml:1:14: environments: expected environments by their names, but this is"
                    + " empty")),
        new Bad(
            "environments in a list",
            true,
            "environments: [staging]",
            List.of(
                "f.yaml:1:15: environments: expected environments by their names, but this is a"
                    + " list")),
        new Bad(
            "an environment without anything",
            true,
            "environments:\n  staging:\n",
            List.of(
                "f.yaml:2:11: environments.staging: expected the environment's images, deployment"
                    + ", clusters and drift, but this is empty")),
        new Bad(
            "an environment that follows nothing",
            true,
            "environments:\n  staging: { clusters: [a] }\n  qa: { images: {} }\n",
            List.of(
                "f.yaml:2:12: environments.staging: the key images is missing: without it the"
                    + " environment follows nothing; for example { tag: staging }",
                "f.yaml:3:17: environments.qa.images: the environment follows nothing: say which"
                    + " images, such as { tag: staging }")),
        new Bad(
            "an unknown policy",
            true,
            "environments:\n  staging: { images: { tags: staging } }\n",
            List.of(
                "f.yaml:2:24: environments.staging.images.tags: unknown key; allowed are from,"
                    + " newest, semver, tag, preReleases, repositories, soak. Did you mean tag?")),
        new Bad(
            "versions that are none",
            true,
            """
            environments:
              one: { images: { semver: 2.0 } }
              two: { images: { semver: [">=2"] } }
              three: { images: { semver: "^1", preReleases: sometimes } }
              four: { images: { tag: staging, preReleases: true } }
            """,
            List.of(
                "f.yaml:2:28: environments.one.images.semver: expected a range of versions, such as"
                    + " \">=2 <3\", but YAML reads this as a number: write it in quotes, \"2.0\"",
                "f.yaml:3:28: environments.two.images.semver: expected a range of versions, such as"
                    + " \">=2 <3\", but this is a list",
                "f.yaml:4:49: environments.three.images.preReleases: expected true or false, but"
                    + " this is the text \"sometimes\"",
                "f.yaml:5:35: environments.four.images.preReleases: only semver knows"
                    + " pre-releases")),
        new Bad(
            "ranges that cannot be read",
            false,
            """
            environments:
              one: { images: { semver: ">=2 banana" } }
              two: { images: { semver: ">=2.0.0-rc.1" } }
            """,
            List.of(
                "f.yaml:2:28: environments.one.images.semver: \">=2 banana\" is not a range of"
                    + " versions: \"banana\" is not a version. Write it such as \">=2 <3\" or"
                    + " \"^1.4\"",
                "f.yaml:3:28: environments.two.images.semver: \">=2.0.0-rc.1\" names a pre-release,"
                    + " which is never selected without preReleases: true")),
        new Bad(
            "a regular expression that is none",
            false,
            "environments: { staging: { images: { newest: \"/main-(/\" } } }",
            List.of(
                "f.yaml:1:46: environments.staging.images.newest: /main-(/ is not a regular"
                    + " expression: missing closing ): `main-(`")),
        new Bad(
            "repositories that are none",
            true,
            """
            environments:
              one: { images: { tag: staging, repositories: [] } }
              two: { images: { tag: staging, repositories: shop/* } }
              three: { images: { tag: staging, repositories: [Shop, 1.0] } }
              four: { images: { repositories: [shop/*] } }
            """,
            List.of(
                "f.yaml:2:48: environments.one.images.repositories: expected names of repositories,"
                    + " such as [shop/*] (or leave repositories out, for all), but the list is"
                    + " empty",
                "f.yaml:3:48: environments.two.images.repositories: expected names of repositories,"
                    + " such as [shop/*] (or leave repositories out, for all), but this is the text"
                    + " \"shop/*\"",
                "f.yaml:4:51: environments.three.images.repositories[0]: \"Shop\" is not a"
                    + " repository's name: lower-case letters, digits and . _ - /, without the"
                    + " registry; * stands for any of them",
                "f.yaml:4:57: environments.three.images.repositories[1]: expected the name of a"
                    + " repository, such as shop/*, but YAML reads this as a number: write it in"
                    + " quotes, \"1.0\"",
                "f.yaml:5:19: environments.four.images: the environment follows nothing: say which"
                    + " images, such as { tag: staging }")),
        new Bad(
            "two policies",
            true,
            "environments:\n  staging: { images: { tag: staging, newest: main-* } }\n",
            List.of(
                "f.yaml:2:22: environments.staging.images: tag and newest exclude each other: leave"
                    + " one of them")),
        new Bad(
            "a pattern that no tag can match",
            true,
            """
            environments:
              one: { images: { newest: -main* } }
              two: { images: { newest: "feature/*" } }
              three: { images: { newest: [main-*] } }
            """,
            List.of(
                "f.yaml:2:28: environments.one.images.newest: no image's tag can match \"-main*\":"
                    + " a pattern has letters, digits, _ . - and *, which stands for any of them; a"
                    + " regular expression has a / before and after it",
                "f.yaml:3:28: environments.two.images.newest: no image's tag can match"
                    + " \"feature/*\": a pattern has letters, digits, _ . - and *, which stands for"
                    + " any of them; a regular expression has a / before and after it",
                "f.yaml:4:30: environments.three.images.newest: expected a pattern of image tags,"
                    + " such as main-*, but this is a list")),
        new Bad(
            "a bad name",
            true,
            "environments:\n  my staging: { images: { tag: staging } }\n",
            List.of(
                "f.yaml:2:3: environments.my staging: not a name for an environment: up to 128"
                    + " letters, digits and . _ : / = + @ - that begin with a letter or digit, as"
                    + " it becomes the value of the services' tag slipway:environment")),
        new Bad(
            "a tag that YAML takes for something else",
            true,
            """
            environments:
              one: { images: { tag: 1.10 } }
              two: { images: { tag: true } }
              three: { images: { tag: } }
              four: { images: { tag: [a] } }
              five: { images: { tag: "" } }
            """,
            List.of(
                "f.yaml:2:25: environments.one.images.tag: expected an image tag, but YAML reads"
                    + " this as a number: write it in quotes, \"1.10\"",
                "f.yaml:3:25: environments.two.images.tag: expected an image tag, but YAML reads"
                    + " this as true or false: write it in quotes, \"true\"",
                "f.yaml:4:26: environments.three.images.tag: expected an image tag, but this is"
                    + " empty",
                "f.yaml:5:26: environments.four.images.tag: expected an image tag, but this is a"
                    + " list",
                "f.yaml:6:26: environments.five.images.tag: expected an image tag, but this is the"
                    + " text \"\"")),
        new Bad(
            "a tag that cannot be",
            true,
            "environments: { staging: { images: { tag: release-* } } }",
            List.of(
                "f.yaml:1:43: environments.staging.images.tag: \"release-*\" cannot be an image's"
                    + " tag: up to 128 letters, digits and _ . - that begin with a letter, digit or"
                    + " _; a tag is taken literally: for a pattern write { newest: \"release-*\""
                    + " }")),
        new Bad(
            "clusters of all wrong kinds",
            true,
            environment(
                "clusters: [main, \"arn:aws:ecs:eu-central-1:123456789012:cluster/main\", 7, main,"
                    + " a b]"),
            List.of(
                "f.yaml:4:22: environments.staging.clusters[1]:"
                    + " \"arn:aws:ecs:eu-central-1:123456789012:cluster/main\" is not a cluster's"
                    + " name: up to 255 letters, digits, _ and -. Write its name, main, instead of"
                    + " its ARN",
                "f.yaml:4:76: environments.staging.clusters[2]: expected a cluster's name, but YAML"
                    + " reads this as a number: write it in quotes, \"7\"",
                "f.yaml:4:79: environments.staging.clusters[3]: cluster main is in the list"
                    + " already",
                "f.yaml:4:85: environments.staging.clusters[4]: \"a b\" is not a cluster's name: up"
                    + " to 255 letters, digits, _ and -")),
        new Bad(
            "no clusters in the list",
            true,
            environment("clusters: []"),
            List.of(
                "f.yaml:4:15: environments.staging.clusters: expected names of clusters (or leave"
                    + " clusters out, for all of them), but the list is empty")),
        new Bad(
            "one cluster without a list",
            true,
            environment("clusters: main"),
            List.of(
                "f.yaml:4:15: environments.staging.clusters: expected names of clusters (or leave"
                    + " clusters out, for all of them), but this is the text \"main\"")),
        new Bad(
            "drift of another kind",
            true,
            environment("drift: restor"),
            List.of(
                "f.yaml:4:12: environments.staging.drift: expected one of hold, restore, but this"
                    + " is the text \"restor\". Did you mean restore?")),
        new Bad(
            "images of an environment that there is not",
            false,
            """
            environments:
              staging: { images: { tag: staging } }
              production: { images: { from: stagign } }
            """,
            List.of(
                "f.yaml:3:33: environments.production.images.from: its images come from stagign,"
                    + " and there is no such environment. Did you mean staging?")),
        new Bad(
            "environments in a circle",
            false,
            """
            environments:
              a: { images: { from: b } }
              b: { images: { from: a } }
              c: { images: { from: c } }
            """,
            List.of(
                "f.yaml:2:24: environments.a.images.from: its images come from a, from b, in a"
                    + " circle: one of them needs tag, newest or semver",
                "f.yaml:4:24: environments.c.images.from: its images come from c, in a circle: one"
                    + " of them needs tag, newest or semver")),
        new Bad(
            "a tag that soaks",
            true,
            "environments: { staging: { images: { tag: staging, soak: 2h } } }",
            List.of(
                "f.yaml:1:52: environments.staging.images.soak: only an image that comes from"
                    + " another environment soaks")),
        new Bad(
            "soaking alone",
            true,
            "environments: { staging: { images: { soak: 2h } } }",
            List.of(
                "f.yaml:1:36: environments.staging.images: the environment follows nothing: say"
                    + " which images, such as { tag: staging }",
                "f.yaml:1:38: environments.staging.images.soak: only an image that comes from"
                    + " another environment soaks")),
        new Bad(
            "times without a unit, and none",
            true,
            """
            environments:
              staging: { images: { tag: staging } }
              one: { images: { from: staging, soak: 2 } }
              two: { images: { from: staging, soak: "2" } }
              three: { images: { from: staging, soak: 0d } }
            """,
            List.of(
                "f.yaml:3:41: environments.one.images.soak: 2 has no unit: write it such as 2h",
                "f.yaml:4:41: environments.two.images.soak: 2 has no unit: write it such as 2h",
                "f.yaml:5:43: environments.three.images.soak: must be longer than 0: write a time"
                    + " such as 30m, 2h or 7d")),
        new Bad(
            "what stands beside gates",
            true,
            environment("gates: { windows: { open: [Mon 08:00-09:00] }, calendar: release }"),
            List.of(
                "f.yaml:4:14: environments.staging.gates.windows: windows stands beside gates, not"
                    + " in it: environments.staging.windows",
                "f.yaml:4:52: environments.staging.gates.calendar: calendar stands beside gates,"
                    + " not in it: environments.staging.calendar")),
        new Bad(
            "signatures of one profile that is no list",
            true,
            environment("gates: { signed: { by: release } }"),
            List.of(
                "f.yaml:4:28: environments.staging.gates.signed.by: expected ARNs of signing"
                    + " profiles, such as"
                    + " [\"arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release\"],"
                    + " but this is the text \"release\"")),
        new Bad(
            "settings that are none",
            true,
            deployment("circuitBreaker: true, alarms: [a]"),
            List.of(
                "f.yaml:4:35: environments.staging.deployment.circuitBreaker: expected its"
                    + " settings, such as { enable: true, rollback: true }, but this is true",
                "f.yaml:4:49: environments.staging.deployment.alarms: expected its settings, such"
                    + " as { names: [a], rollback: true }, but this is a list")),
        new Bad(
            "an approval of another kind",
            true,
            environment("gates: { approval: { expires: soon }, approvals: {} }"),
            List.of(
                "f.yaml:4:35: environments.staging.gates.approval.expires: \"soon\" is not a time"
                    + " such as 30m, 2h or 7d",
                "f.yaml:4:43: environments.staging.gates.approvals: unknown key; allowed are"
                    + " scan, signed, approval. Did you mean approval?")),
        new Bad(
            "a scan of another kind",
            true,
            environment(
                "gates: { scan: { atMost: High, ignore: [CVE-2026-1, CVE-2026-1, 5, 'a b'], wait:"
                    + " soon, since: 1h } }"),
            List.of(
                "f.yaml:4:30: environments.staging.gates.scan.atMost: expected one of none,"
                    + " informational, low, medium, high, critical, but this is the text \"High\"."
                    + " Did you mean high?",
                "f.yaml:4:57: environments.staging.gates.scan.ignore[1]: CVE-2026-1 is in the list"
                    + " already",
                "f.yaml:4:69: environments.staging.gates.scan.ignore[2]: expected the name of a"
                    + " finding, such as CVE-2026-1234, but YAML reads this as a number: write it"
                    + " in quotes, \"5\"",
                "f.yaml:4:72: environments.staging.gates.scan.ignore[3]: \"a b\" is not the name of"
                    + " a finding: write it as the scanner does, such as CVE-2026-1234",
                "f.yaml:4:86: environments.staging.gates.scan.wait: \"soon\" is not a time such as"
                    + " 30m, 2h or 7d",
                "f.yaml:4:92: environments.staging.gates.scan.since: unknown key; allowed are"
                    + " atMost, ignore, wait")),
        new Bad(
            "signatures of others than profiles",
            true,
            environment("gates: { signed: { by: [release, 5] } }"),
            List.of(
                "f.yaml:4:29: environments.staging.gates.signed.by[0]: \"release\" is not the ARN"
                    + " of a signing profile, such as"
                    + " arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release",
                "f.yaml:4:38: environments.staging.gates.signed.by[1]: expected the ARN of a"
                    + " signing profile, but YAML reads this as a number: write it in quotes,"
                    + " \"5\"")),
        new Bad(
            "signatures of nobody",
            true,
            environment("gates: { signed: {} }"),
            List.of(
                "f.yaml:4:22: environments.staging.gates.signed: the key by is missing: it names"
                    + " the signing profiles, by their ARNs")),
        new Bad(
            "a scan that may find anything",
            true,
            environment("gates: { scan: {} }"),
            List.of(
                "f.yaml:4:20: environments.staging.gates.scan: the key atMost is missing: it says"
                    + " how grave findings may be, such as high")),
        new Bad(
            "a scan that is waited for for weeks",
            false,
            environment("gates: { scan: { atMost: high, wait: 8d } }"),
            List.of("f.yaml:4:42: environments.staging.gates.scan.wait: 8d is more than 7 days")),
        new Bad(
            "an approval that never expires",
            true,
            environment("gates: { approval: {} }"),
            List.of(
                "f.yaml:4:24: environments.staging.gates.approval: the key expires is missing: it"
                    + " says how long an approval stays valid, such as 7d")),
        new Bad(
            "an approval for more than a year",
            false,
            environment("gates: { approval: { expires: 366d } }"),
            List.of(
                "f.yaml:4:35: environments.staging.gates.approval.expires: 366d is more than 365"
                    + " days")),
        new Bad(
            "a calendar by its ARN",
            true,
            environment("calendar: \"arn:aws:ssm:eu-central-1:111122223333:document/release\""),
            List.of(
                "f.yaml:4:15: environments.staging.calendar:"
                    + " \"arn:aws:ssm:eu-central-1:111122223333:document/release\" is not the name"
                    + " of a change calendar of this account and Region: 3 to 128 letters, digits"
                    + " and _ . -")),
        new Bad(
            "calendars",
            true,
            environment("calendar: [release]"),
            List.of(
                "f.yaml:4:15: environments.staging.calendar: expected the name of a change calendar"
                    + " of AWS Systems Manager, such as release-calendar, but this is a list")),
        new Bad(
            "windows of other kinds",
            true,
            environment(
                "windows: { zone: Berlin, open: [Mon 08:00, Mon 09:00-09:00, Mo 08:00-16:00] }"),
            List.of(
                "f.yaml:4:22: environments.staging.windows.zone: there is no time zone \"Berlin\":"
                    + " write its name, such as Europe/Berlin or UTC",
                "f.yaml:4:37: environments.staging.windows.open[0]: \"Mon 08:00\" is not a window:"
                    + " it needs days, and hours from and to. Write it such as \"Mon-Thu"
                    + " 08:00-16:00\" or \"Sat,Sun 22:00-02:00\"",
                "f.yaml:4:48: environments.staging.windows.open[1]: \"Mon 09:00-09:00\" is not a"
                    + " window: it begins and ends at the same time. Write it such as \"Mon-Thu"
                    + " 08:00-16:00\" or \"Sat,Sun 22:00-02:00\"",
                "f.yaml:4:65: environments.staging.windows.open[2]: \"Mo 08:00-16:00\" is not a"
                    + " window: Mo is no day: days are Mon, Tue, Wed, Thu, Fri, Sat, Sun. Write it"
                    + " such as \"Mon-Thu 08:00-16:00\" or \"Sat,Sun 22:00-02:00\"")),
        new Bad(
            "windows that never open",
            true,
            environment("windows: { zone: UTC }"),
            List.of(
                "f.yaml:4:14: environments.staging.windows: the key open is missing: it says when"
                    + " deployments may start, such as [\"Mon-Thu 08:00-16:00\"]")),
        new Bad(
            "freezes of other kinds",
            true,
            environment(
                "freezes: [{ from: 2026-12-18, to: 2027-01-04T07:00 }, { from: 2027-01-04T07:00,"
                    + " to: 2027-01-04T07:00, why: x }, { from: 2027-01-04T07:00, to:"
                    + " 2027-01-03T07:00 }]"),
            List.of(
                "f.yaml:4:15: environments.staging.freezes[0]: the key why is missing: say why:"
                    + " it is shown to those who wait",
                "f.yaml:4:23: environments.staging.freezes[0].from: \"2026-12-18\" is not a local"
                    + " time: write it such as 2026-12-18T18:00; the time zone is that of zone,"
                    + " otherwise of windows, otherwise UTC",
                "f.yaml:4:59: environments.staging.freezes[1]: the freeze has to end after it"
                    + " begins",
                "f.yaml:4:117: environments.staging.freezes[2]: the key why is missing: say why:"
                    + " it is shown to those who wait",
                "f.yaml:4:117: environments.staging.freezes[2]: the freeze has to end after it"
                    + " begins")),
        new Bad(
            "a rollout that is neither awaited nor superseded",
            true,
            environment("whileRolling: hold"),
            List.of(
                "f.yaml:4:19: environments.staging.whileRolling: expected one of supersede, wait,"
                    + " but this is the text \"hold\"")),
        new Bad(
            "keeping nothing",
            true,
            environment("keep: {}"),
            List.of(
                "f.yaml:4:11: environments.staging.keep: it keeps nothing: write such as"
                    + " { images: 5 }, or leave keep out")),
        new Bad(
            "keeping no images, and too many revisions",
            true,
            environment("keep: { images: 0, revisions: 51, tags: 3 }"),
            List.of(
                "f.yaml:4:21: environments.staging.keep.images: expected a whole number from 1 to"
                    + " 20, but this is the number 0",
                "f.yaml:4:35: environments.staging.keep.revisions: expected a whole number from 1"
                    + " to 50, but this is the number 51",
                "f.yaml:4:39: environments.staging.keep.tags: unknown key; allowed are images,"
                    + " revisions")),
        new Bad(
            "fewer revisions than images",
            false,
            environment("keep: { images: 5, revisions: 4 }"),
            List.of(
                "f.yaml:4:11: environments.staging.keep: revisions is less than images: a revision"
                    + " whose images are kept is what a rollback goes back to")),
        new Bad(
            "a parameter for all services together",
            true,
            environment("publish: /slipway/{cluster}/image"),
            List.of(
                "f.yaml:4:14: environments.staging.publish: \"/slipway/{cluster}/image\" is not a"
                    + " name for parameters: it lacks {service}: two services would overwrite each"
                    + " other's. Write it such as /slipway/{cluster}/{service}/image")),
        new Bad(
            "a placeholder that there is not",
            false,
            environment("publish: '/{cluster}/{service}/{tag}'"),
            List.of(
                "f.yaml:4:14: environments.staging.publish: \"/{cluster}/{service}/{tag}\" is not a"
                    + " name for parameters: it has {tag}; there are {cluster}, {service} and"
                    + " {container}. Write it such as /slipway/{cluster}/{service}/image")),
        new Bad(
            "keys one level too high",
            true,
            environment("maximumPercent: 200"),
            List.of(
                "f.yaml:4:5: environments.staging.maximumPercent: unknown key; allowed are images,"
                    + " deployment, clusters, drift, gates, windows, freezes, calendar,"
                    + " whileRolling, keep, publish")),
        new Bad(
            "words that are nearly right",
            true,
            environment(
                """
                deployment:
                      minHealthyPercent: 50
                      maximumpercent: 200
                      deploymentCircuitBreaker: { enabled: true }
                      alarms: { alarmNames: [a] }\
                """),
            List.of(
                "f.yaml:5:7: environments.staging.deployment.minHealthyPercent: unknown key;"
                    + " allowed are minimumHealthyPercent, maximumPercent, circuitBreaker, alarms,"
                    + " earlySuccessCriteria, ecs. Did you mean minimumHealthyPercent?",
                "f.yaml:6:7: environments.staging.deployment.maximumpercent: unknown key; allowed"
                    + " are minimumHealthyPercent, maximumPercent, circuitBreaker, alarms,"
                    + " earlySuccessCriteria, ecs. Did you mean maximumPercent?",
                "f.yaml:7:7: environments.staging.deployment.deploymentCircuitBreaker: unknown key;"
                    + " allowed are minimumHealthyPercent, maximumPercent, circuitBreaker, alarms,"
                    + " earlySuccessCriteria, ecs. Did you mean circuitBreaker?",
                "f.yaml:8:15: environments.staging.deployment.alarms: the key names is missing: it"
                    + " lists the CloudWatch alarms that fail a deployment",
                "f.yaml:8:17: environments.staging.deployment.alarms.alarmNames: unknown key;"
                    + " allowed are names, enable, rollback. Did you mean names?")),
        new Bad(
            "percentages out of range",
            true,
            deployment("minimumHealthyPercent: 101, maximumPercent: 99"),
            List.of(
                "f.yaml:4:42: environments.staging.deployment.minimumHealthyPercent: expected a"
                    + " whole number from 0 to 100, but this is the number 101",
                "f.yaml:4:63: environments.staging.deployment.maximumPercent: expected a whole"
                    + " number of at least 100, but this is the number 99")),
        new Bad(
            "percentages of other kinds",
            true,
            deployment("minimumHealthyPercent: 50%, maximumPercent: 150.5"),
            List.of(
                "f.yaml:4:42: environments.staging.deployment.minimumHealthyPercent: expected a"
                    + " whole number from 0 to 100, but this is the text \"50%\"",
                "f.yaml:4:63: environments.staging.deployment.maximumPercent: expected a whole"
                    + " number of at least 100, but this is the number 150.5")),
        new Bad(
            "a negative percentage, and one that no machine holds",
            true,
            deployment("minimumHealthyPercent: -1, maximumPercent: 99999999999"),
            List.of(
                "f.yaml:4:42: environments.staging.deployment.minimumHealthyPercent: expected a"
                    + " whole number from 0 to 100, but this is the number -1",
                "f.yaml:4:62: environments.staging.deployment.maximumPercent: expected a whole"
                    + " number of at least 100, but this is the number 99999999999")),
        new Bad(
            "percentages that can never roll",
            true,
            deployment("minimumHealthyPercent: 100, maximumPercent: 100"),
            List.of(
                "f.yaml:4:47: environments.staging.deployment.maximumPercent: with"
                    + " minimumHealthyPercent 100 as well a deployment can never make progress: ECS"
                    + " may neither stop a task nor start one. Raise maximumPercent (200 is ECS's"
                    + " default) or lower minimumHealthyPercent")),
        new Bad(
            "sections that say nothing",
            true,
            deployment("circuitBreaker: {}, alarms: , earlySuccessCriteria: []"),
            List.of(
                "f.yaml:4:35: environments.staging.deployment.circuitBreaker: it says nothing:"
                    + " leave it out",
                "f.yaml:4:46: environments.staging.deployment.alarms: expected its settings, such"
                    + " as { names: [a], rollback: true }, but this is empty",
                "f.yaml:4:71: environments.staging.deployment.earlySuccessCriteria: expected its"
                    + " settings, such as { healthyPercent: 75 }, but this is a list")),
        new Bad(
            "a switch that YAML 1.2 takes for text",
            true,
            deployment("circuitBreaker: { enable: yes, rollback: 1 }"),
            List.of(
                "f.yaml:4:45: environments.staging.deployment.circuitBreaker.enable: expected true"
                    + " or false, but this is the text \"yes\"",
                "f.yaml:4:60: environments.staging.deployment.circuitBreaker.rollback: expected"
                    + " true or false, but this is the number 1")),
        new Bad(
            "half a threshold",
            true,
            deployment("circuitBreaker: { thresholdConfiguration: { value: 0 } }"),
            List.of(
                "f.yaml:4:61:"
                    + " environments.staging.deployment.circuitBreaker.thresholdConfiguration: the"
                    + " key type is missing: ECS needs both, type and value",
                "f.yaml:4:70:"
                    + " environments.staging.deployment.circuitBreaker.thresholdConfiguration.value:"
                    + " expected a whole number of at least 1, but this is the number 0")),
        new Bad(
            "a threshold of another type, above all percent",
            true,
            deployment("circuitBreaker: { thresholdConfiguration: { type: percent, value: 5 } }"),
            List.of(
                "f.yaml:4:69:"
                    + " environments.staging.deployment.circuitBreaker.thresholdConfiguration.type:"
                    + " expected one of BOUNDED_PERCENT, UNBOUNDED_PERCENT, COUNT, but this is the"
                    + " text \"percent\". Did you mean BOUNDED_PERCENT?")),
        new Bad(
            "a threshold above all percent",
            true,
            deployment(
                "circuitBreaker: { thresholdConfiguration: { type: BOUNDED_PERCENT, value: 101 }"
                    + " }"),
            List.of(
                "f.yaml:4:93:"
                    + " environments.staging.deployment.circuitBreaker.thresholdConfiguration.value:"
                    + " expected a whole number from 1 to 100, but this is the number 101")),
        new Bad(
            "alarms by their wrong names",
            true,
            deployment("alarms: { names: [a, a, 5, ' '] }"),
            List.of(
                "f.yaml:4:40: environments.staging.deployment.alarms.names[1]: alarm a is in the"
                    + " list already",
                "f.yaml:4:43: environments.staging.deployment.alarms.names[2]: expected an alarm's"
                    + " name, but YAML reads this as a number: write it in quotes, \"5\"",
                "f.yaml:4:46: environments.staging.deployment.alarms.names[3]: expected an alarm's"
                    + " name, but this is the text \" \"")),
        new Bad(
            "early success below the minimum",
            false,
            deployment("minimumHealthyPercent: 80, earlySuccessCriteria: { healthyPercent: 50 }"),
            List.of(
                "f.yaml:4:70: environments.staging.deployment.earlySuccessCriteria.healthyPercent:"
                    + " ECS wants it to be at least minimumHealthyPercent, which is 80")),
        new Bad(
            "a field of ECS that has its own key",
            true,
            deployment("ecs: { deploymentCircuitBreaker: { enable: true } }"),
            List.of(
                "f.yaml:4:26: environments.staging.deployment.ecs.deploymentCircuitBreaker: this"
                    + " field has a key of its own, circuitBreaker, beside the key ecs")),
        new Bad(
            "what JSON does not have",
            false,
            deployment("ecs: { a: .inf, [b]: 1 }"),
            List.of(
                "f.yaml:4:29: environments.staging.deployment.ecs.a: expected a value that JSON"
                    + " has, but this is the number .inf",
                "f.yaml:4:35: environments.staging.deployment.ecs: a key must be a word, not a list"
                    + " or a mapping")),
        new Bad(
            "a value that contains itself",
            false,
            deployment("ecs: { a: &a { b: *a } }"),
            List.of(
                "f.yaml:4:29: environments.staging.deployment.ecs.a.b: this contains itself, by an"
                    + " alias")),
        new Bad(
            "duplicate keys",
            false,
            """
            environments:
              staging: { images: { tag: staging } }
              production: { images: { tag: a, tag: b } }
              staging: { images: { tag: other } }
            """,
            List.of(
                "f.yaml:3:35: environments.production.images.tag: this key is there already, in"
                    + " line 3: leave one of them",
                "f.yaml:4:3: environments.staging: this key is there already, in line 2: leave one"
                    + " of them")),
        new Bad(
            "a problem behind an alias, reported once for each place",
            true,
            """
            environments:
              a: { images: { tag: a }, deployment: &d { maximumPercent: 1 } }
              b: { images: { tag: b }, deployment: *d }
            """,
            List.of(
                "f.yaml:2:61: environments.a.deployment.maximumPercent: expected a whole number of"
                    + " at least 100, but this is the number 1",
                "f.yaml:2:61: environments.b.deployment.maximumPercent: expected a whole number of"
                    + " at least 100, but this is the number 1")),
        new Bad(
            "several problems at once, in the order of the file",
            true,
            """
            environments:
              staging:
                deployment: { maximumPercent: 1 }
                images: { tag: -x }
              qa:
                image: { tag: qa }
            more: 1
            """,
            List.of(
                "f.yaml:3:35: environments.staging.deployment.maximumPercent: expected a whole"
                    + " number of at least 100, but this is the number 1",
                "f.yaml:4:20: environments.staging.images.tag: \"-x\" cannot be an image's tag: up"
                    + " to 128 letters, digits and _ . - that begin with a letter, digit or _",
                "f.yaml:6:5: environments.qa.image: unknown key; allowed are images, deployment,"
                    + " clusters, drift, gates, windows, freezes, calendar, whileRolling, keep,"
                    + " publish. Did you mean images?",
                "f.yaml:6:5: environments.qa: the key images is missing: without it the environment"
                    + " follows nothing; for example { tag: qa }",
                "f.yaml:7:1: more: unknown key; allowed is environments")));
  }

  /** A file of one environment that has this line too, its fourth. */
  static String environment(String line) {
    return """
    environments:
      staging:
        images: { tag: staging }
        %s
    """
        .formatted(line);
  }

  /** A file of one environment with these keys of its deployment, in the fourth line. */
  static String deployment(String keys) {
    return environment("deployment: { %s }".formatted(keys));
  }
}
