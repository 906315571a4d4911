package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  private Stack stack = new Stack();

  private Status status() {
    return new Status(
        stack.environments,
        stack.followed,
        stack.ecs,
        stack.ecs,
        stack.ecr,
        new FakeChangeCalendars(),
        stack.records,
        stack.evidence);
  }

  private ServiceStatus of(ServiceArn service) {
    return status().of(new ServiceSelector.ByArn(service), stack.now()).services().getFirst();
  }

  private ServiceArn webWith(int number) {
    stack.ecr.push("web", "staging", digest(number));
    return stack.have("web", "web", image("web", number));
  }

  @Test
  void reports_what_a_service_has_and_what_it_should_have() {
    stack.ecr.push("web", "staging", digest(2));
    ServiceArn web =
        stack.ecs.have(
            "main",
            "web",
            "staging",
            stack.ecs.have("web", "app", image("web", 1), "proxy", "nginx:1"));

    ServiceStatus status = of(web);

    assertThat(status.state()).hasToString("out of date");
    assertThat(status.images())
        .containsExactly(
            new ServiceStatus.Image(
                "app", "web", Optional.empty(), Optional.of(digest(1)), Optional.of(digest(2))),
            new ServiceStatus.Image(
                "proxy", "nginx", Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(status.since()).contains(stack.now());
    assertThat(stack.ecs.updates()).isEmpty();
  }

  @Test
  void a_service_that_cannot_be_evaluated_is_a_row_that_says_why() {
    webWith(1);
    stack.ecr.push("api", "staging", digest(2));
    stack.have("api", "api", image("api", 2));
    stack.ecr.breakDown("web");

    Status.Report report = status().page(Optional.of("staging"), Optional.empty(), 10, stack.now());

    assertThat(report.services())
        .extracting(row -> row.state() + ": " + row.decision().reason())
        .containsExactlyInAnyOrder(
            "up to date: api:1 runs what tag staging selects: api:staging (000000000002)",
            "not evaluated: it cannot be evaluated: ECR does not answer for web");
    assertThat(report.failures()).hasSize(1);
  }

  @Test
  void of_an_image_by_tag_reports_the_digest_that_runs() {
    stack.ecr.push("web", "staging", digest(1));
    ServiceArn web = stack.have("web", "web", uri("web") + ":staging");

    assertThat(of(web).images())
        .containsExactly(
            new ServiceStatus.Image(
                "web",
                "web",
                Optional.of("staging"),
                Optional.of(digest(1)),
                Optional.of(digest(1))));
    assertThat(of(web).state()).isEqualTo(ServiceState.UP_TO_DATE);
  }

  @Nested
  class The_state {
    @Test
    void follows_a_service_through_its_life() {
      ServiceArn web = webWith(1);
      assertThat(of(web).state()).hasToString("up to date");

      stack.push("web", 2);
      assertThat(of(web).state()).hasToString("rolling out");
      stack.complete(web);
      assertThat(of(web).state()).hasToString("up to date");

      stack.rollBack("web", Optional.empty());
      stack.work();
      stack.complete(web);
      assertThat(of(web).state()).hasToString("pinned");

      stack.write(
          web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
      stack.push("web", 3);
      assertThat(of(web).state()).hasToString("paused");

      stack.write(web, r -> r.withPause(Optional.empty()));
      stack.failed(web, "web", 4);
      assertThat(of(web).state()).hasToString("blocked");
    }

    @Test
    void is_paused_also_where_nothing_is_to_be_deployed() {
      ServiceArn web = webWith(1);
      stack.write(
          web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));

      assertThat(of(web).state()).hasToString("paused");
      assertThat(of(web).decision().name()).isEqualTo("Current");
    }

    @Test
    void is_drifted_where_another_client_has_replaced_what_slipway_deployed() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.ecs.pass(Duration.ofMinutes(5));
      stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 1)));
      stack.ecs.complete(web);

      assertThat(of(web).state()).hasToString("drifted");
    }

    /** Fault 12: an image that exits after its rollout has completed is not up to date. */
    @Test
    void fault_12_is_unhealthy_where_tasks_stop_after_the_rollout_has_completed() {
      ServiceArn web = webWith(1);
      stack.ecs.document(web).put("runningCount", 0);
      stack.evidence.exits(1);

      ServiceStatus status = of(web);

      assertThat(status.state()).hasToString("unhealthy");
      assertThat(status.failure())
          .hasValueSatisfying(failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.STOPPED);
            assertThat(failure.sentence()).isEqualTo("container web exited with 1");
          });
    }

    /** Fault 26: what never ran and has failed is not up to date. */
    @Test
    void fault_26_is_failed_where_the_first_deployment_failed() {
      ServiceArn web = webWith(1);
      stack
          .ecs
          .document(web)
          .put("runningCount", 0)
          .withArray("deployments")
          .forEach(deployment -> ((ObjectNode) deployment).put("rolloutState", "FAILED"));

      assertThat(of(web).state()).hasToString("failed");
    }

    @ParameterizedTest(name = "{0}, {1} of {2} run after {3} min: {4}")
    @CsvSource({
      "COMPLETED,   2, 2,  0, up to date",
      "COMPLETED,   1, 2,  0, unhealthy",
      "COMPLETED,   0, 0,  0, up to date",
      "IN_PROGRESS, 0, 2,  5, rolling out",
      "IN_PROGRESS, 0, 2, 11, unhealthy",
      "IN_PROGRESS, 1, 2, 11, rolling out",
      "'',          1, 2, 11, up to date",
      "'',          0, 2, 11, unhealthy",
      "FAILED,      0, 2, 11, failed"
    })
    void heeds_what_runs(String rollout, int running, int desired, int minutes, String state) {
      ServiceArn web = webWith(1);
      ObjectNode document = stack.ecs.document(web);
      document.put("runningCount", running).put("desiredCount", desired);
      document
          .withArray("deployments")
          .forEach(deployment -> ((ObjectNode) deployment).put("rolloutState", rollout));
      stack.ecs.pass(Duration.ofMinutes(minutes));

      assertThat(of(web).state()).hasToString(state);
    }

    @Test
    void is_not_deployable_where_slipway_cannot_deploy() {
      ServiceArn web = webWith(1);
      stack.ecs.document(web).putObject("deploymentController").put("type", "CODE_DEPLOY");

      assertThat(of(web).state()).hasToString("not deployable");
      assertThat(of(web).images()).as("the record knows them").hasSize(1);
    }

    @Test
    void is_not_followed_where_the_service_follows_nothing() {
      ServiceArn web = stack.ecs.have("main", "web", "qa", stack.ecs.have("web", "web", "nginx"));

      assertThat(of(web).state()).hasToString("not followed");
    }
  }

  /** Nothing pushed yet, or expired: it follows its environment all the same. */
  @Nested
  class Where_nothing_is_selected {
    @Test
    void the_state_says_so_and_what_is_missing() {
      ServiceArn web = stack.have("web", "web", image("web", 1));

      assertThat(of(web).state()).hasToString("nothing selected");
      assertThat(of(web).decision().reason())
          .isEqualTo("it follows staging, but tag staging selects no image in web");
    }

    @Test
    void a_pin_and_a_pause_are_shown() {
      ServiceArn web = webWith(1);
      stack.deployed(web, "web", 2);
      stack.rollBack("web", Optional.empty());
      stack.work();
      stack.complete(web);
      stack.ecr.untag("web", "staging");
      assertThat(of(web).state()).hasToString("pinned");

      stack.write(
          web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
      assertThat(of(web).state()).hasToString("paused");
    }
  }

  /** A tag is shown where it points at what runs, as far as ECR was asked. */
  @Nested
  class The_tag {
    private Optional<String> tag(ServiceArn service) {
      return of(service).images().getFirst().tag();
    }

    @Test
    void is_left_out_once_it_points_at_another_image_or_at_none() {
      stack.ecr.push("web", "staging", digest(1));
      ServiceArn named = stack.have("named", "web", uri("web") + ":staging");
      ServiceArn web = stack.have("web", "web", image("web", 1));
      stack.deployed(web, "web", 2);
      assertThat(tag(web)).contains("staging");

      stack.ecr.push("web", "staging", digest(3));
      assertThat(tag(web)).isEmpty();
      assertThat(tag(named)).isEmpty();

      stack.ecr.untag("web", "staging");
      assertThat(tag(web)).isEmpty();
    }

    /** Nobody has asked ECR where such a tag points. */
    @Test
    void of_a_task_definition_is_left_out_where_the_environment_follows_another() {
      stack.ecr.push("web", "staging", digest(1));
      ServiceArn web = stack.have("web", "web", uri("web") + ":main");
      stack.ecr.push("web", "staging", digest(2));

      assertThat(of(web).images().getFirst().digest()).contains(digest(1));
      assertThat(tag(web)).isEmpty();
    }
  }

  @Nested
  class Pages {
    private void haveServices(int number) {
      stack.ecr.push("web", "staging", digest(1));
      for (int i = 0; i < number; i++) {
        stack.have("web-%03d".formatted(i), "web", image("web", 1));
      }
    }

    @Test
    void are_all_services_once() {
      haveServices(25);
      List<String> names = new ArrayList<>();
      Optional<String> next = Optional.empty();
      int pages = 0;
      do {
        Status.Report page = status().page(Optional.empty(), next, 10, stack.now());
        page.services().forEach(s -> names.add(s.service().arn().name()));
        next = page.next();
        pages++;
      } while (next.isPresent() && pages < 10);

      assertThat(pages).isEqualTo(3);
      assertThat(names).hasSize(25).doesNotHaveDuplicates().isSorted();
    }

    /** What costs is not the services that are as their record says. */
    @Test
    void of_recorded_services_read_no_task_definitions_and_the_record_once() {
      haveServices(20);
      stack
          .ecs
          .interruptions()
          .before(
              FakeEcs.Operation.TASK_DEFINITION,
              "",
              () -> {
                throw new AssertionError("the record knows the images");
              });
      stack.records.clearCalls();

      Status.Report report = status().page(Optional.empty(), Optional.empty(), 100, stack.now());

      assertThat(report.services())
          .hasSize(20)
          .allSatisfy(s -> assertThat(s.state()).isEqualTo(ServiceState.UP_TO_DATE));
      assertThat(stack.records.calls()).containsExactly("services");
    }

    @Test
    void say_why_tasks_stop_of_a_few_services_only() {
      haveServices(8);
      for (int i = 0; i < 8; i++) {
        stack.ecs.document(FakeEcs.arn("main", "web-%03d".formatted(i))).put("runningCount", 0);
      }

      stack.evidence.exits(1);

      Status.Report report = status().page(Optional.empty(), Optional.empty(), 100, stack.now());

      assertThat(stack.evidence.asked()).hasSize(Status.MAX_LOOKS);
      assertThat(report.services())
          .filteredOn(service -> service.failure().isPresent())
          .hasSize(Status.MAX_LOOKS);
      assertThat(report.warnings())
          .containsExactly(
              "why 3 more services fail is not looked up in a list: `slipway status SERVICE` does");
    }

    @Test
    void ask_for_no_task_where_nothing_shows_a_failure() {
      haveServices(8);
      stack.evidence.exits(1);

      status().page(Optional.empty(), Optional.empty(), 100, stack.now());

      assertThat(stack.evidence.asked()).isEmpty();
    }

    @Test
    void are_of_one_environment_where_it_is_named() {
      stack =
          new Stack(
              RepositoryPattern.ALL,
              Environments.following("staging"),
              Environments.following("production"));
      stack.have("web", "web", image("web", 1));
      stack.ecs.have(
          "main", "other", "production", stack.ecs.have("other", "web", image("web", 1)));
      stack.ecs.have("main", "lost", "stagin", stack.ecs.have("lost", "web", image("web", 1)));

      assertThat(
              status()
                  .page(Optional.of("production"), Optional.empty(), 100, stack.now())
                  .services())
          .extracting(s -> s.service().arn().name())
          .containsExactly("other");
      assertThat(status().page(Optional.empty(), Optional.empty(), 100, stack.now()).warnings())
          .singleElement()
          .asString()
          .startsWith("main/lost is not followed");
      assertThatThrownBy(
              () -> status().page(Optional.of("prod"), Optional.empty(), 100, stack.now()))
          .isInstanceOf(RejectedRequest.class);
    }

    @Test
    void begin_where_the_one_before_ended_and_nowhere_else() {
      assertThatThrownBy(() -> status().page(Optional.empty(), Optional.of("x"), 100, stack.now()))
          .isInstanceOf(RejectedRequest.class)
          .hasMessageStartingWith("page: no page begins there");
    }
  }

  /** Fault 33: repositories that the stack may not read are not followed, and status says so. */
  @Test
  void fault_33_warns_of_repositories_that_the_stack_does_not_cover() {
    stack = new Stack(new RepositoryPattern("website/*"), Environments.following("staging"));
    stack.ecr.push("website/web", "staging", digest(1));
    stack.have("web", "web", image("website/web", 1), "proxy", image("shared/proxy", 2));

    Status.Report report = status().page(Optional.empty(), Optional.empty(), 100, stack.now());

    assertThat(report.warnings())
        .containsExactly(
            "main/web: pushes to shared/proxy are not followed, since the stack's RepositoryNames"
                + " website/* does not cover it");
    assertThat(report.services().getFirst().state()).isEqualTo(ServiceState.UP_TO_DATE);
  }

  @Test
  void stopped_tasks_that_cannot_be_read_are_a_warning() {
    ServiceArn web = webWith(1);
    stack.ecs.document(web).put("runningCount", 0);
    stack.evidence.fail(new IllegalStateException("access denied"));

    Status.Report report = status().of(ServiceSelector.parse("web"), stack.now());

    assertThat(report.services().getFirst().failure()).isEmpty();
    assertThat(report.warnings())
        .containsExactly("main/web: why it fails cannot be read: access denied");
  }
}
