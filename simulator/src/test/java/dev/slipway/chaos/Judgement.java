package dev.slipway.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.scenario.Account;
import dev.slipway.scenario.RecordTable;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.sns.Delivered;
import dev.slipway.simulator.sqs.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * What is wrong with an account that has come to rest: read from ECS, ECR, the record, the bus, the
 * mailbox, the chat and the queues, not from what Slipway says of itself. Nothing here knows which
 * story was told, or what went wrong in it.
 */
final class Judgement {
  /**
   * An end is told once; twice where a function ended, or a call failed, between telling and
   * keeping that.
   */
  private static final int MOST_TOLD = 2;

  private static final List<String> QUEUES = List.of("slipway-deploy", "slipway-rollout");
  static final List<String> DEAD_LETTERS =
      List.of(
          "slipway-deploy-dead-letters",
          "slipway-rollout-dead-letters",
          "slipway-undeliverable",
          "slipway-rollout-undeliverable");

  /** Detail types of the events about ends, by outcome. */
  private static final Map<String, String> EVENTS =
      Map.of(
          "deployed", "Deployment Succeeded",
          "failed", "Deployment Failed",
          "superseded", "Deployment Superseded",
          "refused", "Deployment Refused",
          "unknown", "Deployment Ended");

  private final Stage stage;
  private final Account account;
  private final RecordTable table;
  private final int hits;
  private final List<String> findings = new ArrayList<>();

  private Judgement(Stage stage, int hits) {
    this.stage = stage;
    this.account = stage.account();
    this.table = new RecordTable(account);
    this.hits = hits;
  }

  /**
   * What is wrong; empty if nothing is.
   *
   * @param hits how often something went wrong: each time may leave one revision that nothing uses,
   *     and has one thing told twice
   */
  static List<String> findings(Stage stage, int hits) {
    Judgement judgement = new Judgement(stage, hits);
    stage.expected().forEach(judgement::service);
    judgement.mails();
    judgement.queues();
    stage
        .unfinished()
        .forEach(
            command -> judgement.find("the operator's %s fails although all is repaired", command));
    return judgement.findings;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void find(String text, Object... values) {
    findings.add(text.formatted(values));
  }

  private void service(String service, String expected) {
    runs(service, expected);
    List<JsonNode> deployments = table.deployments(service);
    Map<String, JsonNode> ofEcs = serviceDeployments(service);
    ends(service, deployments, ofEcs);
    nothingUnrecorded(service, deployments, ofEcs);
    revisions(service, ofEcs);
    holds(service, expected);
  }

  // --- what runs

  private void runs(String service, String expected) {
    ServiceView view = account.view(service);
    if (!account.isSteady(service)) {
      find("%s has not come to rest: %s", service, view.deployments());
    }
    long running =
        view.tasks().stream()
            .filter(task -> task.lastStatus().equals("RUNNING"))
            .filter(task ->
                task.containers().stream()
                    .allMatch(container -> expected.equals(container.digest())))
            .count();
    if (running != view.desiredCount() || view.tasks().size() != view.desiredCount()) {
      find(
          "%s is to run %s in %d tasks, and %d do: %s",
          service, brief(expected), view.desiredCount(), running, account.images(service));
    }
  }

  /** A selected image that does not run has a reason, and the reason is true. */
  private void holds(String service, String expected) {
    JsonNode record = table.service(service).orElseGet(() -> Account.json("{}"));
    if (record.path("open").size() > 0) {
      find("%s has open deployments in the record: %s", service, record.path("open"));
    }
    for (String leftover : List.of("request", "notes")) {
      if (record.path(leftover).size() > 0) {
        find("%s has %s in the record: %s", service, leftover, record.path(leftover));
      }
    }
    String selected = Stories.tagged(stage, record.path("environment").asText("staging"));
    boolean blocked = digests(record.path("blocked")).contains(selected);
    boolean pinned = record.has("pin");
    if (!selected.equals(expected) && !blocked && !pinned) {
      find("%s does not run %s, and the record has no reason", service, brief(selected));
    }
    if (selected.equals(expected) && blocked) {
      find("%s runs %s, which is blocked", service, brief(selected));
    }
    for (JsonNode block : record.path("blocked")) {
      String digest = block.path("digest").asText();
      boolean failed =
          table.deployments(service).stream()
              .anyMatch(deployment ->
                  deployment.at("/ended/outcome").asText().equals("failed")
                      && deployment.path("images").toString().contains(digest));
      if (block.path("by").asText().equals("Slipway") && !failed) {
        find("%s is blocked for %s, and never failed there", brief(digest), service);
      }
    }
    if (record.has("pause")) {
      find("%s is still paused", service);
    }
  }

  private static List<String> digests(JsonNode blocks) {
    return StreamSupport.stream(blocks.spliterator(), false)
        .map(block -> block.path("digest").asText())
        .toList();
  }

  // --- how deployments ended, and what was told

  private void ends(String service, List<JsonNode> deployments, Map<String, JsonNode> ofEcs) {
    for (JsonNode deployment : deployments) {
      String id = deployment.path("sk").asText().substring("deployment/".length());
      String outcome = deployment.at("/ended/outcome").asText();
      if (outcome.isEmpty()) {
        find("deployment %s of %s has no outcome", id, service);
        continue;
      }
      isTrue(service, id, outcome, deployment, ofEcs);
      if (!outcome.equals("dropped")) {
        isTold(service, id, outcome, deployment);
      }
    }
  }

  private void isTrue(
      String service, String id, String outcome, JsonNode deployment, Map<String, JsonNode> ofEcs) {
    String status =
        Optional.ofNullable(ofEcs.get(deployment.path("to").asText()))
            .map(found -> found.path("status").asText())
            .orElse("never started");
    boolean agrees =
        switch (outcome) {
          case "deployed" -> status.equals("SUCCESSFUL");
          case "failed" -> status.startsWith("ROLLBACK") || status.equals("STOPPED");
          case "superseded" -> status.startsWith("STOPPED") || status.startsWith("ROLLBACK");
          default -> status.equals("never started");
        };
    if (!agrees) {
      find("deployment %s of %s: %s in the record, %s at ECS", id, service, outcome, status);
    }
  }

  private void isTold(String service, String id, String outcome, JsonNode deployment) {
    List<JsonNode> events =
        account.announcements().stream()
            .filter(event -> event.at("/detail/deployment").asText().equals(id))
            .filter(event -> !event.path("detail-type").asText().equals("Deployment Started"))
            .filter(event -> !event.path("detail-type").asText().equals("Deployment Held"))
            .toList();
    long right =
        events.stream()
            .filter(event -> event.path("detail-type").asText().equals(EVENTS.get(outcome)))
            .count();
    if (right != events.size()) {
      find("deployment %s of %s %s, and other events say else: %s", id, service, outcome, events);
    }
    told("event", right, id, service, outcome);
    Instant ended = Instant.parse(deployment.at("/ended/at").asText());
    for (JsonNode event : events) {
      if (Instant.parse(event.path("time").asText()).plusSeconds(1).isBefore(ended)) {
        find("deployment %s of %s is told before it ended", id, service);
      }
    }
    if (outcome.equals("superseded")) {
      return; // no mail for what a newer deployment replaced
    }
    String digest = deployment.at("/changes/0/to").asText();
    Predicate<Delivered> about =
        mail ->
            names(mail, service)
                && head(mail).contains(brief(digest.substring(digest.indexOf('@') + 1)))
                && head(mail).contains(outcome)
                && !head(mail).contains("not deployed");
    told("mail", letters(Stories.MAIL).stream().filter(about).count(), id, service, outcome);
  }

  private void told(String how, long times, String id, String service, String outcome) {
    if (times < 1) {
      find("no %s tells that deployment %s of %s %s", how, id, service, outcome);
    }
    if (times > (hits == 0 ? 1 : MOST_TOLD)) {
      find("%d of kind %s tell that deployment %s of %s %s", times, how, id, service, outcome);
    }
  }

  /** What Slipway registered and ECS deployed is in the record. */
  private void nothingUnrecorded(
      String service, List<JsonNode> deployments, Map<String, JsonNode> ofEcs) {
    List<String> recorded = deployments.stream().map(each -> each.path("to").asText()).toList();
    for (String revision : ofEcs.keySet()) {
      if (isSlipways(revision) && !recorded.contains(revision)) {
        find("ECS deployed %s to %s, and the record does not know it", revision, service);
      }
    }
  }

  /** No more revisions that nothing uses than functions that may have ended in between. */
  private void revisions(String service, Map<String, JsonNode> ofEcs) {
    List<String> unused = new ArrayList<>();
    for (JsonNode arn :
        account
            .ecs("ListTaskDefinitions", "{'familyPrefix': '%s'}", service)
            .path("taskDefinitionArns")) {
      if (isSlipways(arn.asText()) && !ofEcs.containsKey(arn.asText())) {
        unused.add(arn.asText());
      }
    }
    if (unused.size() > hits) {
      find("revisions that nothing uses: %s", unused);
    }
  }

  private boolean isSlipways(String revision) {
    return StreamSupport.stream(account.revision(revision).path("tags").spliterator(), false)
        .anyMatch(tag -> tag.path("key").asText().equals("slipway:deployment"));
  }

  /** ECS's service deployments by the task definition revision that they went to, newest last. */
  private Map<String, JsonNode> serviceDeployments(String service) {
    Map<String, JsonNode> byRevision = new TreeMap<>();
    Map<String, Integer> times = new HashMap<>();
    for (Account.Deployed deployed : account.deployments(service)) {
      String revision = deployed.revision();
      byRevision.put(revision, deployed.deployment());
      if (times.merge(revision, 1, Integer::sum) > 1 && isSlipways(revision)) {
        find("%s was deployed to %s twice", revision, service);
      }
    }
    return byRevision;
  }

  // --- mails and messages

  private List<Delivered> letters(String endpoint) {
    return account.simulator.sns().deliveredTo(endpoint);
  }

  private static String head(Delivered mail) {
    return String.valueOf(mail.subject());
  }

  private static boolean names(Delivered mail, String service) {
    String name = "website/" + service;
    return head(mail).startsWith(name + ":")
        || mail.body().lines().anyMatch(line -> line.equals("- " + name));
  }

  /** No mail that says what did not happen; the chat is told what the mailbox is. */
  private void mails() {
    for (Delivered mail : letters(Stories.MAIL)) {
      for (String outcome : List.of("deployed", "failed")) {
        String head = head(mail);
        if (head.contains(" " + outcome) && !head.contains("not deployed")) {
          for (String service : stage.expected().keySet()) {
            if (names(mail, service) && !happened(service, outcome, head)) {
              find("a mail is not true: %s", head);
            }
          }
        }
      }
    }
    if (letters(Stories.MAIL).size() != letters(Stories.CHAT).size()) {
      find(
          "the mailbox got %d messages and the chat %d",
          letters(Stories.MAIL).size(), letters(Stories.CHAT).size());
    }
  }

  private boolean happened(String service, String outcome, String head) {
    return table.deployments(service).stream()
        .filter(deployment -> deployment.at("/ended/outcome").asText().equals(outcome))
        .map(deployment -> deployment.at("/changes/0/to").asText())
        .anyMatch(image -> head.contains(brief(image.substring(image.indexOf('@') + 1))));
  }

  private void queues() {
    for (String queue : QUEUES) {
      if (!account.messages(queue).isEmpty()) {
        find("messages are left in %s: %s", queue, bodies(queue));
      }
    }
    for (String queue : DEAD_LETTERS) {
      if (!account.messages(queue).isEmpty()) {
        find("dead letters are left in %s: %s", queue, bodies(queue));
      }
    }
  }

  private List<String> bodies(String queue) {
    return account.messages(queue).stream().map(Message::body).toList();
  }

  /** As messages name a digest. */
  private static String brief(String digest) {
    return digest.length() < 19 ? digest : digest.substring(7, 19);
  }
}
