package dev.slipway.doctor;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Housekeeping;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A stack and a service {@code main/web} of staging that are well: it was brought from image 1 of
 * the repository web to image 2 a day ago, and has a log group, roles and a circuit breaker.
 */
final class Scene implements StackReader, RepositoryReader, LogGroups {
  static final String LOG_GROUP = "/ecs/web";
  private static final String QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012/";

  final FakeEcs ecs = new FakeEcs();
  final FakeImageRegistry ecr = new FakeImageRegistry();
  final InMemoryRecordStore records = new InMemoryRecordStore();
  final Map<String, RuleState> rules = new HashMap<>();
  final Map<String, Integer> messages = new HashMap<>();
  final Map<Repository, List<StoredImage>> stored = new HashMap<>();
  final Map<Repository, TagMutability> mutability = new HashMap<>();
  final Map<Repository, LifecyclePolicy> policies = new HashMap<>();
  final Set<String> logGroups = new HashSet<>(Set.of(LOG_GROUP));

  /** What AWS denies: names of methods of the ports. */
  final Set<String> denied = new HashSet<>();

  final ServiceArn web;
  Subscriptions subscribed = new Subscriptions(1, 0);
  Optional<String> commandVersion = Optional.of("1.0");
  String passableRoles = "arn:aws:iam::123456789012:role/*";
  String repositoryNames = "*";
  ImagePolicy policy = new TagPolicy(new ImageTag("staging"));
  ObjectNode deployment = breaker(true, true);
  Housekeeping housekeeping = Housekeeping.NONE;
  boolean inTime = true;

  Scene() {
    ecs.resolveTags(ecr::resolve);
    for (String rule : List.of("slipway-push", "slipway-tag", "slipway-rollout")) {
      rules.put(rule, new RuleState(true, "What " + rule + " takes"));
    }
    ecr.push("web", "staging", digest(1));
    web = ecs.have("main", "web", "staging", revision(1));
    stored(1, 40);
    ecs.pass(Duration.ofDays(1));
    ecr.push("web", "staging", digest(2));
    ecs.deploy(web, revision(2));
    ecs.complete(web);
    stored(2, 10, "staging");
    ecs.pass(Duration.ofDays(1));
  }

  static ObjectNode breaker(boolean enable, boolean rollback) {
    ObjectNode deployment = JsonNodeFactory.instance.objectNode();
    deployment
        .putObject("deploymentCircuitBreaker")
        .put("enable", enable)
        .put("rollback", rollback);
    return deployment;
  }

  /** Registers a revision of the family web whose container has this image. */
  TaskDefinitionArn revision(int image) {
    return revision(uri("web") + "@" + digest(image), _ -> {});
  }

  TaskDefinitionArn revision(String image, Consumer<ObjectNode> but) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
    request
        .put("executionRoleArn", "arn:aws:iam::123456789012:role/ecs/execution")
        .put("taskRoleArn", "task");
    ObjectNode container =
        request.putArray("containerDefinitions").addObject().put("name", "web").put("image", image);
    container
        .putObject("logConfiguration")
        .put("logDriver", "awslogs")
        .putObject("options")
        .put("awslogs-group", LOG_GROUP)
        .put("awslogs-region", FakeEcs.REGION);
    but.accept(request);
    return ecs.have(request);
  }

  /** Another client has deployed a revision that is otherwise than most. */
  void deploy(String image, Consumer<ObjectNode> but) {
    ecs.deploy(web, revision(image, but));
    ecs.complete(web);
  }

  static ObjectNode options(ObjectNode request) {
    return (ObjectNode)
        request.path("containerDefinitions").path(0).path("logConfiguration").path("options");
  }

  /** The repository web has an image that was pushed so many days ago. */
  void stored(int image, int daysAgo, String... tags) {
    stored(digest(image), daysAgo, true, false, tags);
  }

  void stored(ImageDigest digest, int daysAgo, boolean active, boolean index, String... tags) {
    List<StoredImage> images = stored.computeIfAbsent(repository("web"), _ -> new ArrayList<>());
    images.removeIf(image -> image.digest().equals(digest));
    images.add(
        new StoredImage(
            digest,
            Set.of(tags),
            now().minus(Duration.ofDays(daysAgo)),
            Optional.empty(),
            active,
            index));
  }

  /** Another repository has an image. */
  void stored(String name, int image) {
    stored.put(
        repository(name),
        List.of(
            new StoredImage(
                digest(image), Set.of("staging"), now(), Optional.empty(), true, false)));
  }

  /** Deletes an image. */
  void delete(int image) {
    stored.computeIfPresent(
        repository("web"),
        (_, images) ->
            new ArrayList<>(
                images.stream().filter(i -> !i.digest().equals(digest(image))).toList()));
  }

  void mutability(String setting, String... exclusions) {
    mutability.put(
        repository("web"),
        new TagMutability(
            setting, List.of(exclusions).stream().map(WildcardPattern::new).toList()));
  }

  /** Rules such as {@code untagged imageCountMoreThan 1}. */
  void policy(String... rules) {
    policies.put(repository("web"), LifecyclePolicyTest.policy(rules));
  }

  /** The record of the service is otherwise. */
  void record(UnaryOperator<ServiceRecord> change) {
    ServiceRecord before = records.read(web).service();
    records.write(RecordChange.of(before, change.apply(before)));
  }

  Instant now() {
    return ecs.now();
  }

  Doctor doctor() {
    return new Doctor(
        new StackResources(
            "slipway",
            "1.0",
            List.of("slipway-push", "slipway-tag", "slipway-rollout"),
            List.of(QUEUES + "slipway-deploy-dead-letters", QUEUES + "slipway-undeliverable"),
            "arn:aws:sns:eu-central-1:123456789012:slipway-notifications",
            new PassableRoles(new WildcardPattern(passableRoles))),
        List.of(
            new Environment(
                "staging",
                policy,
                deployment,
                Set.of(),
                Environment.Drift.HOLD,
                List.of(),
                housekeeping),
            new Environment(
                "production",
                new TagPolicy(new ImageTag("production")),
                deployment,
                Set.of(),
                Environment.Drift.HOLD,
                List.of())),
        new RepositoryPattern(repositoryNames),
        ecs,
        ecs,
        ecr,
        new FakeChangeCalendars(),
        records,
        this,
        this,
        this);
  }

  Doctor.Report page(Optional<String> page, int limit) {
    return doctor().page(page, limit, commandVersion, now(), () -> inTime);
  }

  Doctor.Report of(String service) {
    return doctor().of(ServiceSelector.parse(service), commandVersion, now(), () -> inTime);
  }

  // --- AWS

  private void need(String method) {
    if (denied.contains(method)) {
      throw new IllegalStateException("access denied: " + method);
    }
  }

  @Override
  public Optional<RuleState> rule(String name) {
    need("rule");
    return Optional.ofNullable(rules.get(name));
  }

  @Override
  public int messages(String queueUrl) {
    need("messages");
    return messages.getOrDefault(queueUrl.substring(QUEUES.length()), 0);
  }

  @Override
  public Subscriptions subscriptions(String topicArn) {
    need("subscriptions");
    return subscribed;
  }

  @Override
  public Optional<TagMutability> mutability(Repository repository) {
    need("mutability");
    return Optional.of(
        mutability.getOrDefault(repository, new TagMutability("MUTABLE", List.of())));
  }

  @Override
  public Optional<LifecyclePolicy> lifecyclePolicy(Repository repository) {
    need("lifecyclePolicy");
    return Optional.ofNullable(policies.get(repository));
  }

  @Override
  public List<StoredImage> images(Repository repository) {
    need("images");
    return List.copyOf(stored.getOrDefault(repository, List.of()));
  }

  @Override
  public boolean has(String name) {
    need("has");
    return logGroups.contains(name);
  }
}
