package dev.slipway.simulator.ssm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.util.List;
import java.util.Map;

/**
 * Change calendars of AWS Systems Manager.
 *
 * @see <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/">Systems Manager
 *     API Reference</a>
 */
public final class SsmService implements AwsService {
  private final World world;
  private final Authorizer authorizer;
  private final Account account;
  private final ChangeCalendars calendars = new ChangeCalendars();

  /** One without calendars. */
  public SsmService(World world, Authorizer authorizer, Account account) {
    this.world = world;
    this.authorizer = authorizer;
    this.account = account;
  }

  /** Its change calendars. */
  public ChangeCalendars calendars() {
    return calendars;
  }

  @Override
  public String signingName() {
    return "ssm";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return Map.of("GetCalendarState", this::getCalendarState);
  }

  private ObjectNode getCalendarState(Caller caller, ObjectNode body) {
    List<String> names = Members.texts(body, "CalendarNames");
    if (names.size() != 1) {
      throw AwsError.client("ValidationException", "one calendar is simulated, not " + names);
    }
    String name = names.getFirst();
    authorizer.authorize(
        caller, "ssm:GetCalendarState", account.arn("ssm", "document/" + name), Map.of());
    return calendars.state(name, world.now());
  }
}
