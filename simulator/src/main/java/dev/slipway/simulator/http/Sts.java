package dev.slipway.simulator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import java.util.Map;

/** STS, as far as everybody asks it first: who am I? */
final class Sts implements AwsService {
  private final Account account;

  Sts(Account account) {
    this.account = account;
  }

  @Override
  public String signingName() {
    return "sts";
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return Map.of("GetCallerIdentity", this::getCallerIdentity);
  }

  private ObjectNode getCallerIdentity(AwsRequest request) {
    String arn = request.caller().arn();
    boolean role = arn.contains(":assumed-role/");
    // a session's user id is the role's unique id and the session's name; root's is the account
    String userId =
        role ? "AROASIMULATED:" + arn.substring(arn.lastIndexOf('/') + 1) : account.id();
    return JsonNodeFactory.instance
        .objectNode()
        .put("Arn", arn)
        .put("UserId", userId)
        .put("Account", account.id());
  }
}
