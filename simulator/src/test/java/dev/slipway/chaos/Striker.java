package dev.slipway.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.scenario.Account;
import dev.slipway.simulator.events.EventFaults;
import dev.slipway.simulator.faults.ApiCall;
import dev.slipway.simulator.faults.Effect;
import dev.slipway.simulator.faults.Effect.Connection;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sees every call of AWS that the functions make, and every event of AWS that a rule could match,
 * counts them, and has the wanted ones go wrong.
 */
final class Striker {
  /** Of {@code Clients.CALL_TIMEOUT}: so long a call lasts that nobody answers. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(25);

  /** As long as an eventually consistent read may lag behind. */
  private static final Duration LAG = Duration.ofSeconds(10);

  private static final Duration AGAIN = Duration.ofSeconds(40);
  private static final Duration LATE = Duration.ofMinutes(4);
  private static final String FUNCTIONS = "/slipway-";
  private static final Set<String> EVENTS =
      Set.of("ECR Image Action", "ECR Image Scan", "ECS Deployment State Change");

  private final Account account;
  private final List<Strike> strikes;
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Point> calls = new HashMap<>();
  private final Set<String> attempts = new HashSet<>();
  private final List<Point> points = new ArrayList<>();
  private final Set<Strike> struck = new LinkedHashSet<>();
  private Instant remembered = Instant.MIN;
  private int hits;
  private boolean repaired;

  Striker(Account account, List<Strike> strikes) {
    this.account = account;
    this.strikes = List.copyOf(strikes);
    account
        .simulator
        .faults()
        .inject(call -> call.caller().arn().contains(FUNCTIONS), Faults.ALWAYS, this::effect);
    account.simulator.world().run(this::watchEvents);
  }

  /** What was seen, in its order. */
  List<Point> points() {
    return account.simulator.world().call(() -> List.copyOf(points));
  }

  /** What was asked for and happened. */
  Set<Strike> struck() {
    return account.simulator.world().call(() -> Set.copyOf(struck));
  }

  /** How often something went wrong: what lasts strikes more than once. */
  int hits() {
    return account.simulator.world().call(() -> hits);
  }

  /** Ends what lasts. */
  void repair() {
    account.simulator.world().run(() -> repaired = true);
  }

  // --- calls

  private Effect effect(ApiCall call) {
    String arn = call.caller().arn();
    String function = arn.substring(arn.lastIndexOf(FUNCTIONS) + FUNCTIONS.length());
    String operation = call.service() + ":" + call.operation();
    Point point = calls.computeIfAbsent(call.invocation(), _ -> seen(function, operation));
    boolean resent = !attempts.add(call.invocation() + call.attempt());
    boolean again = attempts(call) > 1;
    Effect effect = Effect.NONE;
    for (Strike strike : strikes) {
      boolean meant = strike.point().equals(point) || lasts(strike, point);
      if (meant && !(again && strike.fault() == Fault.ANSWER_LOST)) {
        struck.add(strike);
        hits++;
        // the JDK's HTTP client sends again by itself what it got no answer to
        effect =
            resent ? connection(Connection.DROPPED_BEFORE) : effect(strike.fault(), call, function);
      }
    }
    if (call.service().equals("ecs")
        && (call.operation().startsWith("Update") || call.operation().startsWith("Stop"))) {
      account.simulator.ecs().remember();
      remembered = account.simulator.world().now();
    }
    return effect;
  }

  /** How many attempts of a call the SDK has made. */
  private long attempts(ApiCall call) {
    return attempts.stream().filter(each -> each.startsWith(call.invocation())).count();
  }

  private boolean lasts(Strike strike, Point point) {
    return strike.fault() == Fault.DENIED_UNTIL_ALLOWED
        && !repaired
        && strike.point().row().equals(point.row())
        && point.nth() > strike.point().nth();
  }

  private Effect effect(Fault fault, ApiCall call, String function) {
    return switch (fault) {
      case THROTTLED -> error(Faults.throttled(call));
      case SERVER_ERROR -> error(Faults.serverError(call));
      case TIMED_OUT -> {
        account.functions().takeTime("slipway-" + function, CALL_TIMEOUT);
        yield connection(Connection.DROPPED_BEFORE);
      }
      case RESET -> connection(Connection.DROPPED_BEFORE);
      case ANSWER_LOST, NO_ANSWER -> connection(Connection.DROPPED_AFTER);
      case DENIED, DENIED_UNTIL_ALLOWED -> error(denied(call));
      case STALE -> {
        if (account.simulator.world().now().isBefore(remembered.plus(LAG))) {
          account.simulator.ecs().answerRemembered(1);
        }
        yield Effect.NONE;
      }
      case CONDITION_FAILED -> error(conditionFailed(call));
      case KILLED_BEFORE -> {
        account.functions().killRunning("slipway-" + function);
        yield connection(Connection.DROPPED_BEFORE);
      }
      case KILLED_AFTER -> {
        account.functions().killRunning("slipway-" + function);
        yield connection(Connection.DROPPED_AFTER);
      }
      case LOST, DUPLICATED, DELAYED -> throw new IllegalArgumentException("no call: " + fault);
    };
  }

  private static Effect error(AwsError error) {
    return new Effect(Duration.ZERO, error, Connection.KEPT);
  }

  private static Effect connection(Connection connection) {
    return new Effect(Duration.ZERO, null, connection);
  }

  private static AwsError denied(ApiCall call) {
    String message =
        "User: %s is not authorized to perform: %s:%s"
            .formatted(call.caller().arn(), call.service(), call.operation());
    return switch (call.service()) {
      case "sns" -> new AwsError("AuthorizationError", 403, message);
      default -> AwsError.client("AccessDeniedException", message);
    };
  }

  private static AwsError conditionFailed(ApiCall call) {
    if (!call.operation().equals("TransactWriteItems")) {
      return AwsError.client("ConditionalCheckFailedException", "The conditional request failed");
    }
    ObjectNode reasons = Account.json("{}");
    reasons
        .putArray("CancellationReasons")
        .addObject()
        .put("Code", "ConditionalCheckFailed")
        .put("Message", "The conditional request failed");
    return AwsError.client(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons"
                + " [ConditionalCheckFailed]")
        .with(reasons);
  }

  // --- events

  private void watchEvents() {
    EventFaults faults = account.simulator.events().faults();
    faults.loseNext(Faults.ALWAYS, this::isLost);
    faults.duplicateNext(Faults.ALWAYS, event -> wanted(event, Fault.DUPLICATED), AGAIN);
    faults.delayNext(Faults.ALWAYS, event -> wanted(event, Fault.DELAYED), LATE);
  }

  /** What EventBridge asks first: it counts the event for the other faults too. */
  private boolean isLost(ObjectNode event) {
    if (!EVENTS.contains(event.path("detail-type").asText())) {
      return false;
    }
    seen(Point.EVENT, operation(event));
    return wanted(event, Fault.LOST);
  }

  private boolean wanted(JsonNode event, Fault fault) {
    Point point =
        new Point(
            Point.EVENT,
            operation(event),
            counts.getOrDefault(Point.EVENT + " " + operation(event), 0));
    Strike strike = new Strike(point, fault);
    if (!strikes.contains(strike) || !struck.add(strike)) {
      return false;
    }
    hits++;
    return true;
  }

  private static String operation(JsonNode event) {
    return event.path("source").asText()
        + ":"
        + event.path("detail-type").asText().replace(' ', '-');
  }

  private Point seen(String function, String operation) {
    Point point =
        new Point(function, operation, counts.merge(function + " " + operation, 1, Integer::sum));
    points.add(point);
    return point;
  }
}
