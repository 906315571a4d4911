package dev.slipway.deploy;

import dev.slipway.decide.Environments;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.record.Trigger;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** In which order ECS, ECR and the announcer are called: where a crash may fall is decided here. */
class OrderOfCallsTest {
  private final FakeEcs fakeEcs = new FakeEcs();
  private final FakeImageRegistry fakeEcr = new FakeImageRegistry();
  private final Ecs ecs = mock(Ecs.class, delegatesTo(fakeEcs));
  private final ImageRegistry ecr = mock(ImageRegistry.class, delegatesTo(fakeEcr));
  private final Announcer announcer = mock(Announcer.class);
  private final Deployer deployer =
      new Deployer(
          List.of(Environments.following("staging")), ecs, ecr, Optional.empty(), announcer);
  private final Trigger.Push cause =
      new Trigger.Push("event-1", repository("web"), new ImageTag("staging"), Optional.empty());

  @BeforeEach
  void aServiceAndANewImage() {
    fakeEcs.have("main", "web", "staging", fakeEcs.have("web", "web", uri("web") + ":1"));
    fakeEcr.push("web", "staging", digest(1));
  }

  @Test
  void a_deployment_is_announced_after_it_was_started_and_then_everything_is_looked_at_again() {
    deployer.handle(new Hint.ImagePushed(cause));

    InOrder order = inOrder(ecs, ecr, announcer);
    order.verify(ecs).services(any());
    order.verify(ecr).candidate(repository("web"), new ImageTag("staging"));
    order.verify(ecs).newestRevisions(anyString(), anyInt());
    order.verify(ecs).register(any());
    order.verify(ecs).updateService(any());
    order.verify(announcer).started(any(), any());
    order.verify(ecs).describe(any());
    order.verify(ecr).candidate(repository("web"), new ImageTag("staging"));
    order.verify(announcer, never()).decided(any(), any());
    order.verifyNoMoreInteractions();
  }

  @Test
  void what_a_crash_may_have_left_behind_is_not_looked_for_at_the_first_delivery() {
    deployer.handle(new Hint.ImagePushed(cause), false);

    verify(ecs, never()).newestRevisions(anyString(), anyInt());
    verify(ecs).register(any());
  }

  @Test
  void services_of_one_push_share_what_is_asked_in_each_round() {
    fakeEcs.have("main", "shop", "staging", fakeEcs.have("shop", "web", uri("web") + ":1"));

    deployer.handle(new Hint.ImagePushed(cause), false);

    verify(ecs).services(any());
    verify(ecs).describe(any());
    verify(ecr, times(2)).candidate(any(), any());
    verify(ecs, times(2)).updateService(any());
  }

  @Test
  void services_of_one_family_share_the_revision() {
    TaskDefinitionArn revision = fakeEcs.have("web", "web", uri("web") + ":1");
    fakeEcs.have("main", "web", "staging", revision);
    fakeEcs.have("main", "shop", "staging", revision);

    deployer.handle(new Hint.ImagePushed(cause), false);

    verify(ecs).register(any());
    verify(ecs, times(2)).updateService(any());
  }

  @Test
  void what_was_not_started_is_not_announced() {
    doThrow(new IllegalStateException("ECS is busy")).when(ecs).updateService(any());

    assertThatThrownBy(() -> deployer.handle(new Hint.ImagePushed(cause)))
        .isInstanceOf(PartialFailure.class);

    verify(announcer, never()).started(any(), any());
    verify(announcer, never()).decided(any(), any());
  }

  @Test
  void nothing_is_registered_where_there_is_nothing_to_deploy() {
    deployer.handle(new Hint.ImagePushed(cause));
    deployer.handle(new Hint.ImagePushed(cause));

    verify(ecs).register(any());
    verify(ecs).updateService(any());
  }
}
