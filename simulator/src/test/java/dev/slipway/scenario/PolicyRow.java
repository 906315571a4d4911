package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;

import java.util.List;

/**
 * A row of the table of image policies. {@link EvaluationScenarioTest} runs each through every
 * function that evaluates services, and {@link EvaluationCalls} records what it asks AWS for.
 *
 * @param images what slipway.yaml says under {@code images} of the environment staging
 * @param first a tag that the policy selects
 * @param next a tag that it selects instead once an image is pushed with it; may be the same
 * @param passedOver a tag that it does not select
 */
record PolicyRow(String images, String first, String next, String passedOver) {
  static final List<PolicyRow> ALL =
      List.of(
          new PolicyRow("tag: staging", "staging", "staging", "other"),
          new PolicyRow("newest: main-*", "main-2", "main-1", "fix-1"),
          new PolicyRow("newest: \"/main-[0-9]+/\"", "main-2", "main-1", "main-x"),
          new PolicyRow("semver: \">=2 <3\"", "2.9.0", "v2.10.0", "3.0.0"),
          new PolicyRow(
              "semver: \">=2 <3\", preReleases: true, repositories: [we*]",
              "2.0.0-rc.1",
              "2.0.0-rc.11",
              "3.0.0-rc.1"));

  /** The policy's key in slipway.yaml. */
  String key() {
    return images.substring(0, images.indexOf(':'));
  }

  String slipwayYaml() {
    return """
    environments:
      staging:
        images: { %s }
      production:
        images: { tag: production }
    """
        .formatted(images);
  }

  /**
   * Creates the service web, which follows staging, names the first image by its tag, and of which
   * nobody has told Slipway. Gives the digest of that image.
   */
  String begin(Account account) {
    account.repository("web");
    loseNext(account, "aws.ecr");
    String digest = account.push("web", first, "1");
    account.taskDefinition("web", REGISTRY + "web:" + first);
    loseNext(account, "aws.tag");
    account.service("web", "staging");
    account.settle();
    return digest;
  }

  /** Loses the next event of a source. */
  static void loseNext(Account account, String source) {
    account
        .simulator
        .events()
        .faults()
        .loseNext(1, event -> event.path("source").asText().equals(source));
  }

  @Override
  public String toString() {
    return images;
  }
}
