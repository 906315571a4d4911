package dev.slipway.record;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Lease;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Records of any shape: every optional part with and without, and every value of each enum. */
public final class RandomRecords {
  private static final List<String> TEXTS =
      List.of("", " ", "plain", "\"quoted\" \\ and\nbroken", "ümläut 漢字 🚢", "{\"S\": \"x\"}", "0");

  private final Random random;

  /** The same records for the same seed. */
  public RandomRecords(long seed) {
    random = new Random(seed);
  }

  /** A service's record. */
  public ServiceRecord service() {
    return new ServiceRecord(
        serviceArn(),
        random.nextLong(Long.MAX_VALUE),
        maybe(this::text),
        maybe(this::pin),
        some(this::block),
        maybe(() -> new Pause(text(), instant(), maybe(this::text))),
        some(this::approval),
        maybe(() ->
            new DeployRequest(
                text(),
                text(),
                instant(),
                random.nextBoolean(),
                maybe(
                    () -> new DeployRequest.GateOverride(text(), Set.copyOf(some(this::digest)))))),
        maybe(() -> new KnownRevision(revision(), images())),
        maybe(() -> new RefusedAttempt(revision(), images(), text(), instant())),
        maybe(() ->
            new AnnouncedHold(
                text(),
                instant(),
                Set.copyOf(some(() -> any(AnnouncedHold.Announcement.values()))))),
        some(this::trigger),
        some(this::deploymentId),
        maybe(this::deploymentId),
        maybe(() ->
            new HousekeepingRecord(
                maybe(this::deploymentId),
                text(),
                maybe(this::deploymentId),
                maybe(
                    () -> new HousekeepingRecord.Failure(text(), instant(), random.nextInt(1, 99))),
                maybe(this::instant))));
  }

  private Approval approval() {
    return new Approval(digest(), text(), instant(), maybe(this::text));
  }

  /** A deployment. */
  public DeploymentRecord deployment() {
    return new DeploymentRecord(
        deploymentId(),
        serviceArn(),
        text(),
        trigger(),
        revision(),
        maybe(this::revision),
        some(() -> new ImageChange(text(), image(), image(), maybe(() -> new ImageTag("v1")))),
        images(),
        text(),
        instant(),
        maybe(() -> new Lease(text(), instant())),
        maybe(() -> new EcsDeploymentId(Long.toString(random.nextLong(Long.MAX_VALUE)))),
        maybe(this::instant),
        maybe(() -> new Stop(text(), instant())),
        maybe(this::ended),
        Set.copyOf(some(() -> any(Announcement.values()))),
        some(this::hookWait));
  }

  private HookWait hookWait() {
    return new HookWait(
        new PauseHook(
            "ecs-pause-" + text(),
            maybe(this::text),
            maybe(this::instant),
            any(PauseHook.Action.values())),
        maybe(() ->
            new HookWait.Answer(
                any(PauseHook.Action.values()), text(), instant(), maybe(this::text))),
        Set.copyOf(some(() -> any(HookWait.Announcement.values()))));
  }

  private Ended ended() {
    return new Ended(
        any(DeploymentOutcome.values()),
        instant(),
        random.nextInt(1_000),
        maybe(this::text),
        maybe(() -> new Rollback(maybe(this::revision), any(RollbackState.values()))),
        some(this::digest),
        maybe(this::text),
        maybe(this::text),
        some(this::text));
  }

  private Pin pin() {
    return new Pin(
        revision(),
        images(),
        new LinkedHashSet<>(some(this::digest)),
        text(),
        instant(),
        text(),
        random.nextBoolean(),
        maybe(this::text));
  }

  private Block block() {
    return new Block(digest(), text(), instant(), text(), maybe(this::deploymentId), text());
  }

  private Trigger trigger() {
    String id = "event-" + random.nextInt(1_000);
    return switch (random.nextInt(4)) {
      case 0 ->
          new Trigger.Push(
              id,
              repository(),
              new ImageTag("staging"),
              maybe(this::digest),
              maybe(this::instant),
              maybe(() -> "arn:aws:iam::123456789012:user/ann"));
      case 1 -> new Trigger.Sweep(id, instant());
      case 2 -> new Trigger.Operator(id, "arn:aws:sts::123456789012:assumed-role/dev/ann");
      default -> new Trigger.ServiceChanged(id, "Tag Change on Resource");
    };
  }

  private Repository repository() {
    return new Repository(
        "123456789012", any("us-east-1", "eu-central-1"), any("web", "team/web", "a/b/c"));
  }

  private ImageReference image() {
    String host = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web";
    return ImageReference.parse(
        any(
            host,
            host + ":staging",
            host + ":1@" + digest(),
            "nginx",
            "r:5000/x@" + digest(),
            "@"));
  }

  private Map<String, ImageReference> images() {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      images.put("container-" + random.nextInt(100), image());
    }
    return images;
  }

  private ServiceArn serviceArn() {
    return new ServiceArn(
        "arn:aws:ecs:us-east-1:123456789012:service/demo/web-" + random.nextInt(100));
  }

  private TaskDefinitionArn revision() {
    return new TaskDefinitionArn(
        "arn:aws:ecs:us-east-1:123456789012:task-definition/web:" + (1 + random.nextInt(1_000)));
  }

  private DeploymentId deploymentId() {
    return DeploymentId.of(instant(), random.nextInt());
  }

  private ImageDigest digest() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new ImageDigest("sha256:" + HexFormat.of().formatHex(bytes));
  }

  private Instant instant() {
    return switch (random.nextInt(4)) {
      case 0 -> Instant.EPOCH;
      case 1 ->
          Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE), random.nextInt(1_000_000_000));
      default -> Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
    };
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  @SafeVarargs
  private <T> T any(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> some(Supplier<T> value) {
    List<T> values = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.add(value.get());
    }
    return values;
  }
}
