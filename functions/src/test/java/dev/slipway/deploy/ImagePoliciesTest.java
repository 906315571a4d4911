package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.at;
import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.decide.Environments;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.LimitedPolicy;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.RegularExpression;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.SemverPolicy;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.VersionRange;
import dev.slipway.image.WholePolicy;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every image policy has in common, whatever it selects. A new policy is a row here. */
class ImagePoliciesTest {
  /**
   * A policy, and tags for a story.
   *
   * @param selected is selected when it comes first
   * @param later is selected when it comes after that
   * @param unrelated never is
   */
  record Row(ImagePolicy policy, String selected, String later, String unrelated) {
    @Override
    public String toString() {
      return policy.toString();
    }
  }

  static Stream<Row> policies() {
    return Stream.of(
        new Row(new TagPolicy(new ImageTag("staging")), "staging", "staging", "v1"),
        new Row(new NewestPolicy(new WildcardPattern("main-*")), "main-2", "main-1", "fix-1"),
        new Row(
            new NewestPolicy(RegularExpression.parse("main-[0-9]+")), "main-2", "main-1", "main-x"),
        new Row(semver(), "2.0.0", "v2.1.0", "3.0.0"),
        new Row(
            new LimitedPolicy(semver(), List.of(new RepositoryPattern("we*"))),
            "2.0.0",
            "2.0.1",
            "2.1.0-rc.1"));
  }

  private static WholePolicy semver() {
    return new SemverPolicy(VersionRange.parse(">=2 <3"), false);
  }

  static Stream<Row> comparing() {
    return policies().filter(row -> row.policy().comparesImages());
  }

  private static DeployScene scene(Row row) {
    return new DeployScene(Environments.following("staging").selecting(row.policy()));
  }

  private static Outcome push(DeployScene scene, String tag, int number) {
    scene.ecr.push("web", tag, digest(number));
    return scene.handle(DeployScene.push("web", tag, digest(number), scene.now));
  }

  private static ServiceArn runningWhatIsSelected(DeployScene scene, Row row) {
    ServiceArn web = scene.have("web", uri("web") + ":1");
    push(scene, row.selected(), 1);
    scene.ecs.complete(web);
    return web;
  }

  @ParameterizedTest
  @MethodSource("policies")
  void deploys_what_it_selects_by_digest_and_says_the_tag(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = scene.have("web", uri("web") + ":1");

    push(scene, row.selected(), 1);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 1));
    assertThat(scene.newest(web).changes())
        .singleElement()
        .satisfies(change -> assertThat(change.tag()).contains(new ImageTag(row.selected())));
    assertThat(scene.ecs.running(web).tags()).containsEntry(RevisionTags.TAG, row.selected());
    assertThat(scene.newest(web).reason()).startsWith(row.policy() + " now selects another image");
  }

  @ParameterizedTest
  @MethodSource("policies")
  void follows_the_next_image(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningWhatIsSelected(scene, row);

    push(scene, row.later(), 2);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 2));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void passes_over_what_it_does_not_select(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningWhatIsSelected(scene, row);

    Outcome outcome = push(scene, row.unrelated(), 2);

    assertThat(outcome).isInstanceOf(Outcome.Ignored.class);
    assertThat(scene.ecs.images(web)).containsExactly(at("web", 1));
  }

  @Test
  void what_is_deleted_between_listing_and_reading_is_not_selected() {
    DeployScene scene =
        scene(new Row(new NewestPolicy(new WildcardPattern("main-*")), "main-1", "main-2", "fix"));
    ServiceArn web = scene.have("web", uri("web") + ":1");
    scene.ecr.push("web", "main-1", digest(1));
    scene
        .ecr
        .interruptions()
        .after(
            FakeImageRegistry.Operation.TAGGED_IMAGES,
            "web",
            () -> {
              scene.ecr.untag("web", "main-2");
              scene.ecr.delete("web", digest(2));
            });

    Outcome outcome = push(scene, "main-2", 2);

    assertThat(scene.ecs.images(web)).as(outcome.toString()).containsExactly(at("web", 1));
  }

  private static Outcome sweep(DeployScene scene, ServiceArn service) {
    return scene.check(service, new Trigger.Sweep("s-1", scene.now));
  }

  /** What runs image 2, with image 1 before it. */
  private static ServiceArn runningTheLater(DeployScene scene, Row row) {
    ServiceArn web = runningWhatIsSelected(scene, row);
    scene.now = scene.now.plusSeconds(60);
    push(scene, row.later(), 2);
    scene.ecs.complete(web);
    return web;
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void never_goes_down_by_itself_when_what_runs_is_deleted(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningTheLater(scene, row);
    scene.ecr.untag("web", row.later());
    scene.ecr.delete("web", digest(2));

    Outcome outcome = sweep(scene, web);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 2));
    assertThat(outcome.toString())
        .contains(
            "web:" + row.later() + " (000000000002), which is deleted or archived",
            "slipway deploy main/web --tag TAG");
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void stays_where_only_the_tag_of_what_runs_is_deleted(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningTheLater(scene, row);
    scene.ecr.untag("web", row.later());

    Outcome outcome = sweep(scene, web);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 2));
    assertThat(outcome.toString()).contains("selects: web:" + row.later() + " (000000000002)");
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void stays_where_what_runs_is_archived(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningTheLater(scene, row);
    scene.ecr.archive("web", digest(2));

    sweep(scene, web);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 2));
  }

  @ParameterizedTest
  @MethodSource("comparing")
  void does_not_select_what_is_archived(Row row) {
    DeployScene scene = scene(row);
    ServiceArn web = runningWhatIsSelected(scene, row);
    scene.ecr.push("web", row.later(), digest(2));
    scene.ecr.archive("web", digest(2));

    sweep(scene, web);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 1));
  }

  /** What a policy would never have chosen says nothing about what it is to choose. */
  @ParameterizedTest
  @MethodSource("comparing")
  void goes_anywhere_from_what_it_has_not_chosen(Row row) {
    DeployScene scene = scene(row);
    scene.ecr.push("web", row.selected(), digest(1));
    scene.ecr.push("web", "other", digest(2));
    ServiceArn web = scene.have("web", at("web", 2));

    sweep(scene, web);

    assertThat(scene.ecs.images(web)).containsExactly(at("web", 1));
  }

  @Test
  void a_limited_policy_follows_no_other_repository() {
    Row row =
        new Row(
            new LimitedPolicy(
                new TagPolicy(new ImageTag("staging")), List.of(new RepositoryPattern("shop/*"))),
            "staging",
            "staging",
            "other");
    DeployScene scene = scene(row);
    ServiceArn web = scene.have("web", uri("web") + ":1");

    assertThat(push(scene, "staging", 1)).isInstanceOf(Outcome.Ignored.class);
    assertThat(sweep(scene, web).toString())
        .contains("tag staging in shop/* selects no image in web");
    assertThat(scene.ecs.updates()).isEmpty();
  }

  /** What docs/policies.md says a push costs. */
  @Test
  void a_push_that_concerns_twelve_services_lists_the_repository_once_for_each() {
    Row row = new Row(semver(), "2.0.0", "2.1.0", "none");
    DeployScene scene = scene(row);
    List<ServiceArn> services = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      services.add(scene.have("web-" + i, at("web", 1)));
    }
    scene.ecr.push("web", "2.0.0", digest(1));
    scene.known(services);
    int before = scene.ecr.calls(FakeImageRegistry.Operation.TAGGED_IMAGES);

    push(scene, "2.1.0", 2);
    scene.queue.sent().forEach(scene::handle);

    assertThat(scene.ecs.updates()).hasSize(12);
    assertThat(scene.ecr.calls(FakeImageRegistry.Operation.TAGGED_IMAGES) - before).isEqualTo(12);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void another_tag_of_what_runs_is_no_deployment(Row row) {
    DeployScene scene = scene(row);
    runningWhatIsSelected(scene, row);

    push(scene, row.later(), 1);

    assertThat(scene.ecs.updates()).hasSize(1);
  }
}
