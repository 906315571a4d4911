package dev.slipway.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.scenario.Account;
import dev.slipway.scenario.RecordTable;
import dev.slipway.simulator.world.AwsRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The stories that go wrong everywhere. */
final class Stories {
  static final String MAIL = "ops@example.com";
  static final String CHAT = "https://chat.example.com/hook";

  static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:slipway-notifications";
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";
  private static final String BROKEN =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}";
  private static final String FOLLOWS =
      "environments: { staging: { images: { tag: staging },"
          + " deployment: { circuitBreaker: { enable: true, rollback: true } }%s } }";

  private Stories() {}

  static List<Story> all() {
    return List.of(
        new Story("push-completes", () -> web(""), Stories::pushCompletes),
        new Story("push-fails", () -> web(""), Stories::pushFails),
        new Story("two-services", Stories::webAndShop, Stories::twoServices),
        new Story("rollback", Stories::webTwice, Stories::rollback),
        new Story("deploy", () -> web(""), Stories::deploy),
        new Story("pause-resume", () -> web(""), Stories::pauseAndResume),
        new Story("promote", Stories::stagingAndProduction, Stories::promote),
        new Story("approve", () -> web(", gates: { approval: { expires: 7d } }"), Stories::approve),
        new Story("sweep-finds-push", () -> web(""), Stories::sweepFindsPush),
        new Story(
            "window-opens",
            () -> web(", windows: { zone: Europe/Berlin, open: [\"Mon-Thu 08:00-16:00\"] }"),
            Stories::windowOpens),
        new Story(
            "keep-and-publish",
            () -> web(", keep: { images: 2 }, publish: '/slipway/{cluster}/{service}/image'"),
            Stories::pushCompletes),
        new Story("many-are-told", Stories::threeServices, Stories::failsInThree));
  }

  // --- what is there to begin with

  private static Account open(String yaml) {
    Account account =
        Account.with(
            yaml,
            Map.of(
                "NotificationEmail", MAIL,
                "KeepWarmState", "DISABLED",
                "KeepImagesState", "ENABLED",
                "PublishPath", "/slipway/*"));
    ObjectNode subscription =
        Account.json("{'TopicArn': '%s', 'Protocol': 'https', 'Endpoint': '%s'}", TOPIC, CHAT);
    subscription.putObject("Attributes").put("RawMessageDelivery", "true");
    account
        .simulator
        .world()
        .call(() ->
            account
                .simulator
                .sns()
                .call(
                    new AwsRequest(account.simulator.account().root(), "Subscribe", subscription)));
    return account;
  }

  private static Account web(String more) {
    Account account = open(FOLLOWS.formatted(more));
    account.webFollowsStaging();
    return account;
  }

  /** The service web, in which Slipway has deployed once. */
  private static Account webTwice() {
    Account account = web("");
    account.push("web", "staging", "2");
    account.settle();
    return account;
  }

  private static Account webAndShop() {
    return services("web", "shop");
  }

  private static Account threeServices() {
    return services("web", "shop", "blog");
  }

  private static Account services(String... names) {
    Account account = open(FOLLOWS.formatted(""));
    account.repository("web");
    String first = account.push("web", "first", "1");
    for (String name : names) {
      account.runningService(name, "staging", "web", first);
    }
    return account;
  }

  private static Account stagingAndProduction() {
    Account account =
        open(
            "environments: { staging: { images: { tag: staging } },"
                + " production: { images: { tag: production } } }");
    account.repository("web");
    String first = account.push("web", "staging", "1");
    account.retag("web", "staging", "production");
    account.runningService("web", "staging", "web", first);
    account.runningService("live", "production", "web", first);
    account.push("web", "staging", "2");
    account.settle();
    return account;
  }

  // --- what happens

  private static void pushCompletes(Stage stage) {
    stage.ends("web", stage.push("2"));
    stage.settle();
  }

  private static void pushFails(Stage stage) {
    stage.ends("web", running(stage, "web"));
    stage.push("2", BROKEN);
    stage.settle();
  }

  private static void twoServices(Stage stage) {
    String pushed = stage.push("2");
    stage.ends("web", pushed);
    stage.ends("shop", pushed);
    stage.settle();
  }

  private static void failsInThree(Stage stage) {
    for (String service : List.of("web", "shop", "blog")) {
      stage.ends(service, running(stage, service));
    }
    stage.push("2", BROKEN);
    stage.settle();
  }

  private static void rollback(Stage stage) {
    String bad = running(stage, "web");
    stage.ends("web", tagged(stage, "first"));
    stage.operator(
        "rollback", "{'service': 'web', 'by': '%s'}".formatted(ANN), () -> blocks(stage, bad));
  }

  private static void deploy(Stage stage) {
    String other = stage.account().push("web", "other", "9");
    stage.settle();
    stage.ends("web", other);
    stage.operator(
        "deploy",
        "{'service': 'web', 'tag': 'other', 'by': '%s'}".formatted(ANN),
        () -> record(stage).has("pin"));
  }

  private static void pauseAndResume(Stage stage) {
    stage.operator(
        "pause", "{'service': 'web', 'by': '%s'}".formatted(ANN), () -> record(stage).has("pause"));
    stage.ends("web", stage.push("2"));
    stage.settle();
    stage.operator("resume", "{'service': 'web'}", () -> !record(stage).has("pause"));
  }

  private static void promote(Stage stage) {
    String two = running(stage, "web");
    stage.ends("web", two);
    stage.ends("live", two);
    stage.operator(
        "promote",
        "{'from': 'staging', 'to': 'production', 'by': '%s'}".formatted(ANN),
        () -> tagged(stage, "production").equals(two));
  }

  private static void approve(Stage stage) {
    String two = stage.push("2");
    stage.ends("web", two);
    stage.settle();
    stage.operator(
        "approve",
        "{'service': 'web', 'by': '%s'}".formatted(ANN),
        () -> record(stage).has("approvals") || running(stage, "web").equals(two));
  }

  private static void sweepFindsPush(Stage stage) {
    stage
        .account()
        .simulator
        .events()
        .faults()
        .loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
    stage.ends("web", stage.push("2"));
    stage.settle();
    stage.sweep();
  }

  private static void windowOpens(Stage stage) {
    stage.ends("web", stage.push("2"));
    stage.settle();
    stage.pass(Duration.ofHours(45)); // from Saturday to Monday, 07:00 UTC
    stage.sweep();
  }

  // --- how things are

  private static JsonNode record(Stage stage) {
    return new RecordTable(stage.account()).service("web").orElseGet(() -> Account.json("{}"));
  }

  private static boolean blocks(Stage stage, String digest) {
    return StreamSupport.stream(record(stage).path("blocked").spliterator(), false)
        .anyMatch(block -> block.path("digest").asText().equals(digest));
  }

  /** The digest that a service's revision names. */
  static String running(Stage stage, String service) {
    String image = stage.account().images(service).getFirst();
    return image.substring(image.indexOf('@') + 1);
  }

  /** The digest that a tag of the repository points at. */
  static String tagged(Stage stage, String tag) {
    Map<String, String> tags = new HashMap<>();
    for (JsonNode image :
        stage
            .account()
            .ecr("DescribeImages", "{'repositoryName': 'web', 'maxResults': 100}")
            .path("imageDetails")) {
      image
          .path("imageTags")
          .forEach(each -> tags.put(each.asText(), image.path("imageDigest").asText()));
    }
    return tags.getOrDefault(tag, "");
  }
}
