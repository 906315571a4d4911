package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.at;
import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.ServiceRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** If the table is empty or lost, ECS's own history tells what failed. */
class EcsHistoryTest {
  private final FakeEcs ecs = new FakeEcs();
  private final EcsHistory history = new EcsHistory(ecs, ecs);
  private final ServiceArn web =
      ecs.have(
          "main", "web", "staging", ecs.have("web", "web", at("web", 1), "proxy", at("proxy", 5)));

  private ServiceRecord rebuilt() {
    return history.rebuilt(ecs.describe(List.of(web)).getFirst());
  }

  private List<ImageDigest> blocked() {
    return rebuilt().blocked().stream().map(Block::digest).toList();
  }

  private void deploy(int image) {
    ecs.deploy(web, ecs.have("web", "web", at("web", image), "proxy", at("proxy", 5)));
  }

  @Test
  void nothing_that_succeeded_is_blocked() {
    deploy(2);
    ecs.complete(web);

    assertThat(rebuilt()).isEqualTo(ServiceRecord.unknown(web));
  }

  @Test
  void an_image_whose_newest_deployment_was_rolled_back_is_blocked() {
    deploy(2);
    ecs.fail(web);
    ecs.finishRollback(web);

    assertThat(rebuilt().blocked())
        .containsExactly(
            new Block(
                digest(2),
                "web",
                ecs.now(),
                Block.SLIPWAY,
                Optional.empty(),
                "ECS rolled its newest deployment back, before Slipway had a record of this"
                    + " service"));
  }

  @Test
  void it_is_blocked_while_ecs_still_goes_back() {
    deploy(2);
    ecs.fail(web);

    assertThat(blocked()).containsExactly(digest(2));
  }

  @Test
  void it_is_blocked_though_the_rollback_failed() {
    deploy(2);
    ecs.fail(web);
    ecs.failRollback(web);

    assertThat(blocked()).containsExactly(digest(2));
  }

  /** What was there before, and is there again, did not fail. */
  @Test
  void its_innocent_siblings_are_not_blocked() {
    deploy(2);
    ecs.fail(web);

    assertThat(blocked()).doesNotContain(digest(5));
  }

  @Test
  void an_image_that_was_deployed_well_since_is_not_blocked() {
    deploy(2);
    ecs.fail(web);
    ecs.finishRollback(web);
    deploy(2);
    ecs.complete(web);

    assertThat(blocked()).isEmpty();
  }

  @Test
  void an_image_that_was_deployed_well_before_and_failed_since_is_blocked() {
    deploy(2);
    ecs.complete(web);
    deploy(3);
    ecs.complete(web);
    deploy(2);
    ecs.fail(web);

    assertThat(blocked()).containsExactly(digest(2));
  }

  @Test
  void of_several_failures_the_newest_block_is_the_last() {
    deploy(2);
    ecs.fail(web);
    ecs.finishRollback(web);
    deploy(3);
    ecs.fail(web);

    assertThat(blocked()).containsExactly(digest(2), digest(3));
  }

  @Test
  void with_nothing_to_go_back_to_every_image_is_blocked() {
    ServiceArn first =
        ecs.have("main", "first", "staging", ecs.have("first", "web", uri("web") + ":1"));
    ecs.forgetHistory(first);
    ecs.deploy(first, ecs.have("first", "web", at("web", 2), "proxy", at("proxy", 6)));
    ecs.fail(first);

    assertThat(history.rebuilt(ecs.describe(List.of(first)).getFirst()).blocked())
        .extracting(Block::digest)
        .containsExactlyInAnyOrder(digest(2), digest(6));
  }

  @Test
  void a_service_that_ecs_remembers_nothing_of_has_an_empty_record() {
    ecs.forgetHistory(web);

    assertThat(rebuilt()).isEqualTo(ServiceRecord.unknown(web));
  }
}
