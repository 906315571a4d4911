package dev.slipway.housekeeping;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Housekeeping;
import dev.slipway.decide.ParameterName;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two functions that keep one service's past, and names that are two services'. */
class HousekeeperBreakTest {
  private static final Instant LATER = NOON.plus(Duration.ofHours(1));
  private static final ParameterName NAME = new ParameterName("/slipway/{cluster}/{service}/image");

  private final InMemoryRecordStore records = new InMemoryRecordStore();
  private final Map<ImageTag, ImageDigest> tags = new HashMap<>();
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private Runnable meanwhile = () -> {};

  /** Another function comes in between right before the first call that writes. */
  private void meanwhile() {
    Runnable once = meanwhile;
    meanwhile = () -> {};
    once.run();
  }

  private final KeptImages images =
      new KeptImages() {
        @Override
        public Stored stored(
            Repository repository, Collection<ImageTag> asked, Collection<ImageDigest> digests) {
          Map<ImageTag, ImageDigest> found = new HashMap<>(tags);
          found.keySet().retainAll(asked);
          Map<ImageDigest, Manifest> manifests = new HashMap<>();
          digests.forEach(d -> manifests.put(d, new Manifest(d.value(), "m")));
          return new Stored(found, manifests);
        }

        @Override
        public void move(
            Repository repository, ImageTag tag, ImageDigest digest, Manifest manifest) {
          meanwhile();
          tags.put(tag, digest);
        }
      };

  private Housekeeper.Report run(Housekeeping wanted) {
    return new Housekeeper(
            List.of(
                new Environment(
                    "staging",
                    new TagPolicy(new ImageTag("staging")),
                    JsonNodeFactory.instance.objectNode(),
                    Set.of(),
                    Environment.Drift.HOLD,
                    List.of(),
                    wanted)),
            RepositoryPattern.ALL,
            new Housekeeper.Ports(
                new FakeEcs(),
                records,
                images,
                _ -> {},
                (name, value) -> {
                  meanwhile();
                  parameters.put(name, value);
                }))
        .run(WEB, LATER, () -> Duration.ofMinutes(1));
  }

  private void complete(int number) {
    RecordedService now = records.read(WEB);
    DeploymentRecord done =
        running(number, PUSH, change("web", number - 1, number))
            .ended(ended(DeploymentOutcome.DEPLOYED, 2));
    assertThat(
            records.write(
                RecordChange.of(
                    now.service(),
                    now.service().withEnvironment(Optional.of("staging")).completed(done.id()),
                    done)))
        .isTrue();
  }

  @Test
  void what_is_published_last_is_what_was_deployed_last() {
    Housekeeping wanted = new Housekeeping(0, 0, Optional.of(NAME));
    complete(1);
    meanwhile =
        () -> {
          complete(2);
          run(wanted);
        };

    run(wanted);
    run(wanted); // and whatever the sweep may ask for afterwards

    assertThat(parameters.get("/slipway/main/web/image")).endsWith("web@" + digest(2));
  }

  @Test
  void the_live_image_has_a_tag_although_a_slower_function_kept_the_one_before_it() {
    Housekeeping wanted = new Housekeeping(1, 0, Optional.empty());
    complete(1);
    meanwhile =
        () -> {
          complete(2);
          run(wanted);
        };

    run(wanted);
    run(wanted);

    assertThat(tags.values()).contains(digest(1), digest(2));
  }

  @Test
  void no_name_is_two_services_parameter() {
    ParameterName name = new ParameterName("/slipway/{cluster}-{service}/image");

    assertThat(
            name.of(new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/shop-web/api"), "c"))
        .isNotEqualTo(
            name.of(
                new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/shop/web-api"), "c"));
  }

  @Test
  void no_tag_is_two_services() {
    String long92 = "a".repeat(92);

    assertThat(KeepTag.of("main", long92 + "-Aa-x", 1))
        .isNotEqualTo(KeepTag.of("main", long92 + "-BB-x", 1));
  }

  /** Three containers of one repository, and the most that slipway.yaml takes. */
  @Test
  void all_images_that_slipway_yaml_wants_kept_are_kept_or_it_is_said_that_they_are_not() {
    for (int number = 1; number <= 21; number++) {
      RecordedService now = records.read(WEB);
      int first = 3 * number;
      ImageChange[] changes = new ImageChange[3];
      for (int container = 0; container < 3; container++) {
        ImageChange change = change("web", first + container - 3, first + container);
        changes[container] =
            new ImageChange("c" + container, change.from(), change.to(), change.tag());
      }
      DeploymentRecord done =
          running(number, PUSH, changes).ended(ended(DeploymentOutcome.DEPLOYED, 2));
      assertThat(
              records.write(
                  RecordChange.of(
                      now.service(),
                      now.service().withEnvironment(Optional.of("staging")).completed(done.id()),
                      done)))
          .isTrue();
    }

    Housekeeper.Report report = run(new Housekeeping(20, 0, Optional.empty()));

    assertThat(report.failures().isEmpty() && Set.copyOf(tags.values()).size() < 63)
        .as("%d of 63 images are kept, and nobody is told", Set.copyOf(tags.values()).size())
        .isFalse();
  }
}
