package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.ChangeCalendars;
import dev.slipway.gate.CalendarState;
import dev.slipway.text.OutsideText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Change Calendar of AWS Systems Manager. */
public final class SsmCalendars implements ChangeCalendars {
  private static final RawJson.Target GET = new RawJson.Target("ssm", "AmazonSSM.GetCalendarState");

  /** What AWS answers of a name that is no calendar's. */
  private static final Set<String> NO_CALENDAR =
      Set.of("InvalidDocument", "InvalidDocumentType", "UnsupportedCalendarException");

  private static final int MAX_WORDS = 300;

  private final Clients clients;

  /**
   * @param clients of which that of Systems Manager is made when a gate asks for a calendar
   */
  public SsmCalendars(Clients clients) {
    this.clients = clients;
  }

  @Override
  public CalendarState state(String calendar) {
    ObjectNode request = Json.object();
    request.putArray("CalendarNames").add(calendar);
    try {
      return parse(
          AwsErrors.named(
              "ssm:GetCalendarState",
              "document " + calendar,
              NO_CALENDAR,
              () ->
                  RawJson.call(
                      GET,
                      request,
                      override ->
                          clients.ssm().listClusters(r -> r.overrideConfiguration(override)))));
    } catch (AwsServiceException e) {
      return new CalendarState.Unreadable(
          OutsideText.line(AwsErrors.code(e) + ": " + AwsErrors.words(e), MAX_WORDS));
    }
  }

  private static CalendarState parse(JsonNode response) {
    Optional<Instant> until = instant(response.path("NextTransitionTime").asText(""));
    String state = response.path("State").asText();
    return switch (state) {
      case "OPEN" -> new CalendarState.Open(until);
      case "CLOSED" -> new CalendarState.Closed(until);
      default -> new CalendarState.Unreadable("its state is " + OutsideText.line(state, MAX_WORDS));
    };
  }

  /** When it changes is for people alone: a time of another form is left out. */
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(DateTimeFormatter.ISO_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
