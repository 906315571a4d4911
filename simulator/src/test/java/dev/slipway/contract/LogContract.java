package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** Amazon CloudWatch Logs, as far as the end of a container's log is read there. */
interface LogContract extends Emulator {
  String STREAM = "web/app/0123456789abcdef0123456789abcdef";

  private String group() {
    String name = "/contract/" + Emulator.unique("logs");
    clients().logs().createLogGroup(r -> r.logGroupName(name));
    stream(name, STREAM);
    return name;
  }

  private void stream(String group, String name) {
    clients().logs().createLogStream(r -> r.logGroupName(group).logStreamName(name));
  }

  /** Writes lines, a second apart, the last one some seconds ago. */
  private void write(String group, String stream, int secondsAgo, String... lines) {
    List<InputLogEvent> events = new ArrayList<>();
    Instant last = Instant.now().minusSeconds(secondsAgo);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      Instant time = last.minusSeconds(lines.length - 1L - i);
      events.add(InputLogEvent.builder().timestamp(time.toEpochMilli()).message(line).build());
    }
    clients()
        .logs()
        .putLogEvents(r -> r.logGroupName(group).logStreamName(stream).logEvents(events));
  }

  private static List<String> messages(GetLogEventsResponse response) {
    return response.events().stream().map(OutputLogEvent::message).toList();
  }

  @Test
  default void the_last_lines_of_a_stream_are_read_in_their_order() {
    String group = group();
    write(group, STREAM, 0, "one", "two", "three");

    GetLogEventsResponse last =
        clients()
            .logs()
            .getLogEvents(
                r -> r.logGroupName(group).logStreamName(STREAM).startFromHead(false).limit(2));

    assertThat(messages(last)).containsExactly("two", "three");
  }

  @Test
  default void pages_go_on_until_the_token_comes_back() {
    String group = group();
    write(group, STREAM, 0, "one", "two", "three");
    List<String> all = new ArrayList<>();
    String token = null;
    while (true) {
      String from = token;
      GetLogEventsResponse page =
          clients()
              .logs()
              .getLogEvents(r ->
                  r.logGroupName(group)
                      .logStreamName(STREAM)
                      .startFromHead(true)
                      .limit(2)
                      .nextToken(from));
      all.addAll(messages(page));
      if (page.nextForwardToken().equals(token)) {
        break;
      }
      token = page.nextForwardToken();
    }
    assertThat(all).containsExactly("one", "two", "three");
  }

  @Test
  default void a_group_is_searched_through_its_streams() {
    String group = group();
    stream(group, "web/app/2");
    write(group, STREAM, 2, "ERROR disk full", "INFO started");
    write(group, "web/app/2", 1, "ERROR no memory");

    List<String> found =
        clients()
            .logs()
            .filterLogEvents(r -> r.logGroupName(group).filterPattern("ERROR"))
            .events()
            .stream()
            .map(FilteredLogEvent::message)
            .toList();

    assertThat(found).containsExactly("ERROR disk full", "ERROR no memory");
  }

  @Test
  default void groups_and_streams_are_listed_by_the_beginning_of_their_names() {
    String group = group();
    stream(group, "worker/app/1");

    assertThat(clients().logs().describeLogGroups(r -> r.logGroupNamePrefix(group)).logGroups())
        .singleElement()
        .satisfies(one -> assertThat(one.arn()).endsWith(":log-group:" + group + ":*"));
    assertThat(
            clients()
                .logs()
                .describeLogStreams(r -> r.logGroupName(group).logStreamNamePrefix("web/"))
                .logStreams())
        .extracting(one -> one.logStreamName())
        .containsExactly(STREAM);
  }

  @Test
  default void what_is_not_there_is_not_found() {
    String group = group();
    assertThatThrownBy(() ->
            clients().logs().getLogEvents(r -> r.logGroupName(group).logStreamName("web/app/gone")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() ->
            clients()
                .logs()
                .getLogEvents(r -> r.logGroupName(group + "-gone").logStreamName(STREAM)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  default void what_is_there_is_not_created_again() {
    String group = group();
    assertThatThrownBy(() -> clients().logs().createLogGroup(r -> r.logGroupName(group)))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    assertThatThrownBy(() -> stream(group, STREAM))
        .isInstanceOf(ResourceAlreadyExistsException.class);
  }

  @Test
  default void events_out_of_order_are_refused() {
    String group = group();
    InputLogEvent now =
        InputLogEvent.builder().timestamp(System.currentTimeMillis()).message("now").build();
    InputLogEvent before = now.toBuilder().timestamp(now.timestamp() - 1000).build();
    assertThatThrownBy(() ->
            clients()
                .logs()
                .putLogEvents(
                    r -> r.logGroupName(group).logStreamName(STREAM).logEvents(now, before)))
        .isInstanceOf(InvalidParameterException.class);
  }
}
