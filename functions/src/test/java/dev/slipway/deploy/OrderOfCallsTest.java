package dev.slipway.deploy;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.slipway.decide.Environments;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordStore;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

/**
 * In which order ECS, ECR, the record and the announcer are called, and how often: where a crash
 * may fall is decided here, and what a push costs.
 */
class OrderOfCallsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final FakeEcs fakeEcs = new FakeEcs();
  private final FakeImageRegistry fakeEcr = new FakeImageRegistry();
  private final InMemoryRecordStore fakeRecords = new InMemoryRecordStore();
  private final Ecs ecs = mock(Ecs.class, delegatesTo(fakeEcs));
  private final ServiceDeployments deployments =
      mock(ServiceDeployments.class, delegatesTo(fakeEcs));
  private final ImageRegistry ecr = mock(ImageRegistry.class, delegatesTo(fakeEcr));
  private final RecordStore records = mock(RecordStore.class, delegatesTo(fakeRecords));
  private final Announcer announcer = mock(Announcer.class);
  private final Deployer deployer =
      new Deployer(
          new Deployer.Ports(
              List.of(Environments.following("staging")),
              RepositoryPattern.ALL,
              ecs,
              deployments,
              ecr,
              new FakeChangeCalendars(),
              records,
              Optional.empty(),
              _ -> {},
              announcer));
  private int ids;

  private Trigger.Push push(int number) {
    return new Trigger.Push(
        "e-" + number,
        repository("web"),
        new ImageTag("staging"),
        Optional.of(digest(number)),
        Optional.of(NOW));
  }

  /** Services that run image 1 by digest, each of its own family, and that the record knows. */
  private List<ServiceArn> have(int services) {
    List<ServiceArn> all = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      TaskDefinitionArn revision = fakeEcs.have("web" + i, "web", uri("web") + "@" + digest(1));
      all.add(fakeEcs.have("main", "web" + i, "staging", revision));
    }
    fakeEcr.push("web", "staging", digest(1));
    handle(1);
    fakeEcr.push("web", "staging", digest(2));
    clearInvocations(ecs, deployments, ecr, records, announcer);
    fakeRecords.clearCalls();
    return all;
  }

  private Outcome handle(int number) {
    return deployer.handle(
        new Hint.ImagePushed(push(number)),
        new Attempt("m", NOW, at -> DeploymentId.of(at, ++ids), () -> Duration.ofSeconds(60)));
  }

  private static int calls(Object... mocks) {
    int calls = 0;
    for (Object each : mocks) {
      calls += mockingDetails(each).getInvocations().size();
    }
    return calls;
  }

  @Test
  void the_intent_is_written_before_ecs_is_asked_and_announced_after_it_was_completed() {
    have(1);

    handle(2);

    InOrder order = inOrder(ecs, ecr, records, announcer);
    order.verify(records).usersOf(repository("web"));
    // the record first: what is decided from it must not be older than the record
    order.verify(records).read(any());
    order.verify(ecs).describe(any());
    order.verify(ecs).taskDefinition(any());
    order.verify(ecr).candidate(repository("web"), new ImageTag("staging"));
    order.verify(records).write(any());
    order.verify(ecs).register(any());
    order.verify(ecs).updateService(any());
    order.verify(records).write(any());
    order.verify(announcer).started(any());
    order.verifyNoMoreInteractions();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # services, of ECS and ECR, of the record
          1,          5,              4
          2,          8,              7
          3,          11,             10
          10,         32,             31
          """)
  void a_push_costs_five_calls_and_three_for_each_further_service(
      int services, int calls, int recordCalls) {
    have(services);

    handle(2);

    assertThat(fakeEcs.deployments()).isEqualTo(services);
    assertThat(calls(ecs, deployments, ecr)).isEqualTo(calls);
    assertThat(fakeRecords.calls()).hasSize(recordCalls);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10})
  void services_of_one_push_share_one_look_up_of_the_image(int services) {
    have(services);

    handle(2);

    verify(ecr).candidate(any(), any());
    verify(ecs).describe(any());
    verify(ecs, times(services)).updateService(any());
  }

  @Test
  void a_push_that_changes_nothing_costs_three_calls_and_three_of_the_record() {
    have(1);
    fakeEcr.push("web", "staging", digest(1));

    handle(1);

    assertThat(calls(ecs, deployments, ecr)).isEqualTo(3);
    assertThat(fakeRecords.calls()).containsExactly("usersOf", "read", "write");
  }

  @Test
  void what_was_not_started_is_not_announced() {
    have(1);
    doThrow(new IllegalStateException("ECS is busy")).when(ecs).updateService(any());

    assertThatThrownBy(() -> handle(2)).isInstanceOf(PartialFailure.class);

    verify(announcer, never()).started(any());
    verify(announcer, never()).decided(any(), any());
    verify(announcer, never()).held(any(), any(), any());
  }

  @Test
  void nothing_is_registered_where_there_is_nothing_to_deploy() {
    have(1);
    handle(2);

    handle(2);

    verify(ecs).register(any());
    verify(ecs).updateService(any());
  }

  @Test
  void nothing_is_asked_of_ecs_where_the_record_cannot_be_written() {
    have(1);
    doThrow(new IllegalStateException("DynamoDB is busy")).when(records).write(any());

    assertThatThrownBy(() -> handle(2)).isInstanceOf(PartialFailure.class);

    verify(ecs, never()).register(any());
    verify(ecs, never()).updateService(any());
  }
}
