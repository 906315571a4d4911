package dev.slipway.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final Stack stack = new Stack();
  private final List<ServiceTask> tasks = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private List<String> lines = List.of("started");
  private boolean complete = true;

  private final class Fake implements TaskLogs {
    @Override
    public Tasks tasks(ServiceArn service) {
      return new Tasks(tasks, complete);
    }

    @Override
    public List<Line> lines(LogStream stream, Instant since, int limit) {
      asked.add(stream.name());
      if (stream.task().equals("denied")) {
        throw new IllegalStateException("access denied");
      }
      return lines.stream().map(text -> new Line(NOW, text)).toList();
    }
  }

  private TaskDefinitionArn revision(String driver, String... sidecars) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
    ArrayNode containers = request.putArray("containerDefinitions");
    Stream.concat(Stream.of("app"), Stream.of(sidecars))
        .forEach(name ->
            containers
                .addObject()
                .put("name", name)
                .put("image", "i")
                .putObject("logConfiguration")
                .put("logDriver", driver)
                .putObject("options")
                .put("awslogs-group", "/ecs/web")
                .put("awslogs-stream-prefix", "web"));
    return stack.ecs.have(request);
  }

  /** Five tasks of three containers have more logs than are read. */
  @Test
  void are_of_the_running_task_too_although_tasks_have_several_containers() {
    TaskDefinitionArn revision = revision("awslogs", "proxy", "agent");
    for (int i = 0; i < 4; i++) {
      task("failed-" + i, revision, ServiceTask.State.FAILED, -i);
    }
    task("running", revision, ServiceTask.State.RUNNING, 9);

    assertThat(logs(service(revision), "")).hasSize(Logs.MAX_STREAMS);
    assertThat(asked)
        .startsWith("web/app/failed-0", "web/proxy/failed-0", "web/agent/failed-0")
        .endsWith("web/app/running", "web/proxy/running", "web/agent/running");
  }

  private Service service(TaskDefinitionArn revision) {
    return stack.service(stack.ecs.have("main", "web", "staging", revision));
  }

  private void task(String id, TaskDefinitionArn revision, ServiceTask.State state, int second) {
    tasks.add(new ServiceTask(id, revision, state, NOW.plusSeconds(second)));
  }

  private List<Logs.Log> logs(Service service, String container) {
    return found(service, container).logs();
  }

  private Logs.Found found(Service service, String container) {
    return new Logs(stack.ecs, new Fake())
        .of(service, Optional.of(container).filter(c -> !c.isEmpty()), NOW, 50);
  }

  @Test
  void say_what_was_not_read() {
    TaskDefinitionArn revision = revision("awslogs", "proxy", "agent");
    for (int i = 0; i < 4; i++) {
      task("failed-" + i, revision, ServiceTask.State.FAILED, -i);
    }
    Service web = service(revision);

    assertThat(found(web, "").warnings())
        .containsExactly("2 more logs of these tasks are not read: choose one container");
    assertThat(found(web, "app").warnings()).isEmpty();
    complete = false;
    assertThat(found(web, "app").warnings())
        .containsExactly(
            "main/web has more tasks than were looked at (4): these may not be the newest ones");
  }

  @Test
  void begin_with_the_newest_task_that_failed_and_are_of_five_tasks() {
    TaskDefinitionArn revision = revision("awslogs");
    task("running", revision, ServiceTask.State.RUNNING, 9);
    task("stopped", revision, ServiceTask.State.STOPPED, 8);
    task("failed-1", revision, ServiceTask.State.FAILED, 1);
    task("failed-2", revision, ServiceTask.State.FAILED, 2);
    task("old", revision, ServiceTask.State.STOPPED, 0);
    task("older", revision, ServiceTask.State.STOPPED, -1);

    assertThat(logs(service(revision), ""))
        .extracting(log -> log.task().id())
        .containsExactly("failed-2", "failed-1", "running", "stopped", "old");
    assertThat(asked).first().isEqualTo("web/app/failed-2");
  }

  @Test
  void have_secrets_masked_and_what_a_terminal_could_obey_made_visible() {
    TaskDefinitionArn revision = revision("awslogs");
    task("t", revision, ServiceTask.State.RUNNING, 0);
    lines = List.of("password=hunter2hunter2", "one\ntwo \u202e");

    assertThat(logs(service(revision), "").getFirst().lines())
        .extracting(TaskLogs.Line::text)
        .containsExactly("password=****", "one", "two \\u202e");
  }

  @Test
  void that_cannot_be_read_are_a_warning_and_the_others_are_shown() {
    TaskDefinitionArn revision = revision("awslogs");
    task("denied", revision, ServiceTask.State.FAILED, 0);
    task("t", revision, ServiceTask.State.RUNNING, 0);

    List<Logs.Log> logs = logs(service(revision), "app");

    assertThat(logs.getFirst().warning())
        .contains(
            "the log of container app (web/app/denied in /ecs/web) could not be read: access"
                + " denied");
    assertThat(logs.getLast().lines()).hasSize(1);
  }

  @Test
  void are_of_a_running_task_too_although_many_have_failed() {
    TaskDefinitionArn revision = revision("awslogs");
    for (int i = 0; i < 5; i++) {
      task("failed-" + i, revision, ServiceTask.State.FAILED, -1_000 - i);
    }
    task("running-1", revision, ServiceTask.State.RUNNING, 8);
    task("running-2", revision, ServiceTask.State.RUNNING, 9);

    assertThat(logs(service(revision), ""))
        .extracting(log -> log.task().id())
        .containsExactly("failed-0", "failed-1", "failed-2", "failed-3", "running-2");
  }

  @Test
  void have_no_more_lines_than_asked_for_although_an_event_has_many() {
    TaskDefinitionArn revision = revision("awslogs");
    task("t", revision, ServiceTask.State.RUNNING, 0);
    lines = List.of("first", "x\n".repeat(1_000) + "last");

    assertThat(logs(service(revision), "").getFirst().lines())
        .hasSize(50)
        .last()
        .extracting(TaskLogs.Line::text)
        .isEqualTo("last");
  }

  @Test
  void of_a_revision_that_is_gone_are_a_warning_and_the_others_are_shown() {
    TaskDefinitionArn revision = revision("awslogs");
    task(
        "gone",
        TaskDefinitionArn.of(service(revision).arn(), "web:99"),
        ServiceTask.State.RUNNING,
        5);
    task("t", revision, ServiceTask.State.RUNNING, 0);

    List<Logs.Log> logs = logs(service(revision), "");

    assertThat(logs).extracting(log -> log.task().id()).containsExactly("gone", "t");
    assertThat(logs.getFirst().warning())
        .hasValueSatisfying(warning ->
            assertThat(warning)
                .startsWith("web:99 cannot be read, so its containers are not known: "));
    assertThat(logs.getLast().lines()).hasSize(1);
  }

  @Test
  void that_are_elsewhere_say_where() {
    TaskDefinitionArn revision = revision("awsfirelens");
    task("t", revision, ServiceTask.State.RUNNING, 0);

    assertThat(logs(service(revision), "").getFirst().warning())
        .contains("container app logs with awsfirelens: look there");
    assertThat(asked).isEmpty();
  }

  @Test
  void of_a_container_that_no_task_has_are_refused_with_those_that_there_are() {
    TaskDefinitionArn revision = revision("awslogs");
    task("t", revision, ServiceTask.State.RUNNING, 0);

    assertThatThrownBy(() -> logs(service(revision), "nosuch"))
        .isInstanceOf(RejectedRequest.class)
        .hasMessage("container: no task of main/web has one of that name; they have app");
  }
}
