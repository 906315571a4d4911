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
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
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
        new Row(new NewestPolicy(new WildcardPattern("main-*")), "main-2", "main-1", "fix-1"));
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

  @ParameterizedTest
  @MethodSource("policies")
  void another_tag_of_what_runs_is_no_deployment(Row row) {
    DeployScene scene = scene(row);
    runningWhatIsSelected(scene, row);

    push(scene, row.later(), 1);

    assertThat(scene.ecs.updates()).hasSize(1);
  }
}
