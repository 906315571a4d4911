package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.housekeeping.Parameters;
import java.util.Set;

/** Parameters of AWS Systems Manager's Parameter Store. */
public final class SsmParameters implements Parameters {
  private static final RawJson.Target PUT = new RawJson.Target("ssm", "AmazonSSM.PutParameter");

  private final Clients clients;

  /** What makes the client, once a parameter is put. */
  public SsmParameters(Clients clients) {
    this.clients = clients;
  }

  @Override
  public void put(String name, String value) {
    ObjectNode request =
        Json.object()
            .put("Name", name)
            .put("Value", value)
            .put("Type", "String")
            .put("Overwrite", true);
    AwsErrors.switchedOn(
        "PublishPath=/PATH/*",
        () ->
            AwsErrors.named(
                "ssm:PutParameter",
                "parameter " + name,
                Set.of(),
                () ->
                    RawJson.call(
                        PUT,
                        request,
                        override ->
                            clients
                                .ssm()
                                .listClusters(r ->
                                    r.overrideConfiguration(
                                        override.andThen(Clients.SHORT_CALL))))));
  }
}
