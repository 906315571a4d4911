package dev.slipway.housekeeping;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Housekeeping;
import dev.slipway.decide.ParameterName;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.HousekeepingRecord;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HousekeeperTest {
  private static final Instant LATER = NOON.plus(Duration.ofHours(1));

  private final InMemoryRecordStore records = new InMemoryRecordStore();
  private final FakeImages images = new FakeImages();
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final List<TaskDefinitionArn> deregistered = new ArrayList<>();
  private Duration remaining = Duration.ofMinutes(1);

  /** What others do right before a call that writes to ECR or to Parameter Store. */
  private Runnable meanwhile = () -> {};

  /** A repository whose tags move, and whose images are all there but for those that are gone. */
  private final class FakeImages implements KeptImages {
    private final Map<ImageTag, ImageDigest> tags = new HashMap<>();
    private final List<ImageDigest> gone = new ArrayList<>();
    private int calls;
    private boolean fails;

    @Override
    public Stored stored(
        Repository repository, Collection<ImageTag> asked, Collection<ImageDigest> digests) {
      calls++;
      Map<ImageTag, ImageDigest> found = new HashMap<>(tags);
      found.keySet().retainAll(asked);
      Map<ImageDigest, Manifest> manifests = new HashMap<>();
      digests.stream()
          .filter(digest -> !gone.contains(digest))
          .forEach(digest -> manifests.put(digest, new Manifest(digest.value(), "m")));
      return new Stored(found, manifests);
    }

    @Override
    public void move(Repository repository, ImageTag tag, ImageDigest digest, Manifest manifest) {
      meanwhile.run();
      calls++;
      if (fails) {
        throw new IllegalStateException("ECR throttles");
      }
      assertThat(manifest.text()).isEqualTo(digest.value());
      tags.put(tag, digest);
    }
  }

  private Housekeeper housekeeper(Housekeeping wanted) {
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
            deregistered::add,
            (name, value) -> {
              meanwhile.run();
              parameters.put(name, value);
            }));
  }

  private static Housekeeping images(int number) {
    return new Housekeeping(number, 0, Optional.empty());
  }

  private Housekeeper.Report run(Housekeeping wanted) {
    return run(wanted, LATER);
  }

  private Housekeeper.Report run(Housekeeping wanted, Instant now) {
    return housekeeper(wanted).run(WEB, now, () -> remaining);
  }

  /** A deployment of the image of this number completes. */
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

  private Optional<HousekeepingRecord> kept() {
    return records.read(WEB).service().housekeeping();
  }

  @Test
  void keeps_images_once_for_each_deployment() {
    complete(1);
    run(images(1));
    complete(2);

    assertThat(run(images(1)).done())
        .containsExactly(
            digest(2).abbreviated() + " of web is kept by the tag slipway-keep-main.web.2");
    assertThat(images.tags.values()).containsExactlyInAnyOrder(digest(1), digest(2));

    images.calls = 0;
    records.clearCalls();
    assertThat(run(images(1)).done()).isEmpty();
    assertThat(images.calls).isZero();
    assertThat(records.calls()).containsExactly("read");
  }

  @Test
  void does_it_again_when_slipway_yaml_wants_something_else() {
    complete(1);
    complete(2);
    complete(3);
    run(images(1));
    assertThat(images.tags.values()).containsExactlyInAnyOrder(digest(3), digest(2));

    run(images(2));
    assertThat(images.tags.values()).containsExactlyInAnyOrder(digest(3), digest(2), digest(1));
  }

  @Test
  void leaves_out_what_is_no_longer_in_ecr() {
    complete(1);
    complete(2);
    images.gone.add(digest(1));

    Housekeeper.Report report = run(images(1));

    assertThat(report.failures()).isEmpty();
    assertThat(images.tags.values()).containsExactly(digest(2));
  }

  @Test
  void keeps_why_it_failed_and_tries_again_later_and_later() {
    complete(1);
    images.fails = true;

    assertThat(run(images(1)).failures())
        .containsExactly("images of web are not kept: ECR throttles");
    assertThat(kept().flatMap(HousekeepingRecord::failure))
        .contains(
            new HousekeepingRecord.Failure("images of web are not kept: ECR throttles", LATER, 1));
    assertThat(run(images(1), LATER.plus(Duration.ofMinutes(4))).failures()).isEmpty();
    assertThat(run(images(1), LATER.plus(Duration.ofMinutes(5))).failures()).hasSize(1);
    assertThat(kept().flatMap(HousekeepingRecord::failure).map(HousekeepingRecord.Failure::tries))
        .contains(2);

    images.fails = false;
    complete(2);
    assertThat(run(images(1)).failures()).isEmpty();
    assertThat(kept().flatMap(HousekeepingRecord::failure)).isEmpty();
  }

  @Test
  void does_it_all_again_if_another_deployment_completed_meanwhile() {
    complete(1);
    records.beforeNextWrite(() -> complete(2));

    run(images(1));

    assertThat(images.tags.values()).containsExactlyInAnyOrder(digest(1), digest(2));
    assertThat(kept().flatMap(HousekeepingRecord::after))
        .isEqualTo(records.read(WEB).service().completed());
  }

  @Test
  void one_thing_that_fails_keeps_no_other_from_being_done() {
    complete(1);
    images.fails = true;

    run(
        new Housekeeping(
            1, 0, Optional.of(new ParameterName("/slipway/{cluster}/{service}/image"))));

    assertThat(parameters)
        .containsExactly(
            Map.entry(
                "/slipway/main/web/image",
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/web@" + digest(1)));
  }

  @Test
  void says_which_placeholder_is_missing_where_several_containers_have_images() {
    RecordedService now = records.read(WEB);
    DeploymentRecord done =
        running(1, PUSH, change("web", 0, 1), change("log", 0, 1))
            .ended(ended(DeploymentOutcome.DEPLOYED, 2));
    records.write(
        RecordChange.of(
            now.service(),
            now.service().withEnvironment(Optional.of("staging")).completed(done.id()),
            done));

    assertThat(
            run(new Housekeeping(0, 0, Optional.of(new ParameterName("/{cluster}/{service}"))))
                .failures())
        .containsExactly(
            "the deployed image is not published: its containers web, log have followed images,"
                + " and /{cluster}/{service} has one value: put {container} into it");
    run(new Housekeeping(0, 0, Optional.of(new ParameterName("/{cluster}/{service}/{container}"))));
    assertThat(parameters).containsOnlyKeys("/main/web/web", "/main/web/log");
  }

  @Test
  void begins_nothing_when_little_time_is_left() {
    complete(1);
    remaining = Duration.ofSeconds(29);

    assertThat(run(images(1)).done()).isEmpty();
    assertThat(images.calls).isZero();
    assertThat(kept()).isEmpty();
  }

  @Test
  void does_nothing_for_an_environment_that_wants_nothing() {
    complete(1);

    assertThat(run(Housekeeping.NONE).done()).isEmpty();
    assertThat(kept()).isEmpty();
  }

  @Test
  void what_the_record_store_throws_is_a_failure_and_nothing_worse() {
    complete(1);
    records.beforeNextWrite(() -> {
      throw new IllegalStateException("DynamoDB throttles");
    });

    assertThat(run(images(1)).failures()).containsExactly("DynamoDB throttles");
    assertThat(images.tags).isEmpty();
    assertThat(kept()).isEmpty();
  }

  private static final Housekeeping PUBLISHED =
      new Housekeeping(0, 0, Optional.of(new ParameterName("/slipway/{cluster}/{service}/image")));

  /** The second deployment completes, and its function runs, right before the first one writes. */
  private void twoCompletesBeforeTheFirstWrite(Housekeeping wanted, Runnable then) {
    complete(1);
    meanwhile =
        () -> {
          meanwhile = () -> {};
          complete(2);
          run(wanted);
          then.run();
        };
  }

  @Test
  void what_is_published_last_is_what_was_deployed_last() {
    twoCompletesBeforeTheFirstWrite(PUBLISHED, () -> {});

    run(PUBLISHED);

    assertThat(parameters.get("/slipway/main/web/image")).endsWith("web@" + digest(2));
    assertThat(kept().flatMap(HousekeepingRecord::lease)).isEmpty();
  }

  @Test
  void the_live_image_has_a_tag_although_the_function_of_the_one_before_it_was_slower() {
    twoCompletesBeforeTheFirstWrite(images(1), () -> {});

    run(images(1));

    assertThat(images.tags.values()).contains(digest(1), digest(2));
  }

  /** It may have written the older image before it ended: a sweep makes that right. */
  @Test
  void one_that_is_killed_is_made_up_for_once_its_lease_is_over() {
    twoCompletesBeforeTheFirstWrite(
        PUBLISHED,
        () -> {
          parameters.put("/slipway/main/web/image", "web@" + digest(1));
          throw new StackOverflowError("killed");
        });
    assertThatThrownBy(() -> run(PUBLISHED)).isInstanceOf(StackOverflowError.class);

    assertThat(run(PUBLISHED, LATER.plusSeconds(69)).done()).isEmpty();
    run(PUBLISHED, LATER.plusSeconds(70));

    assertThat(parameters.get("/slipway/main/web/image")).endsWith("web@" + digest(2));
  }

  /** Three containers of one repository, and the most that slipway.yaml takes. */
  @Test
  void images_that_there_are_no_tags_for_are_told_of() {
    for (int number = 1; number <= 21; number++) {
      RecordedService now = records.read(WEB);
      ImageChange[] changes = new ImageChange[3];
      for (int container = 0; container < 3; container++) {
        int image = 3 * number + container;
        ImageChange change = change("web", image - 3, image);
        changes[container] =
            new ImageChange("c" + container, change.from(), change.to(), change.tag());
      }
      DeploymentRecord done =
          running(number, PUSH, changes).ended(ended(DeploymentOutcome.DEPLOYED, 2));
      records.write(
          RecordChange.of(
              now.service(),
              now.service().withEnvironment(Optional.of("staging")).completed(done.id()),
              done));
    }

    assertThat(run(images(20)).failures())
        .containsExactly(
            "images of web are not kept: 63 are needed, and a service has 50 tags in a"
                + " repository: the oldest 13 are not kept; have keep want fewer images than 20");
    assertThat(Set.copyOf(images.tags.values()))
        .hasSize(50)
        .contains(digest(63), digest(64), digest(65));
  }
}
