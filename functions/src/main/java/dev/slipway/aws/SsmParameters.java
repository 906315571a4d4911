package dev.slipway.aws;

import dev.slipway.housekeeping.Parameters;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Parameters of AWS Systems Manager's Parameter Store. */
public final class SsmParameters implements Parameters {
  private final SsmClient client;

  /**
   * @param client from {@link Clients}
   */
  public SsmParameters(SsmClient client) {
    this.client = client;
  }

  @Override
  public void put(String name, String value) {
    AwsErrors.switchedOn(
        "PublishPath=/PATH/*",
        () ->
            AwsErrors.permitted(
                "ssm:PutParameter",
                "parameter " + name,
                () ->
                    RawJson.call(override ->
                        client.putParameter(r ->
                            r.name(name)
                                .value(value)
                                .type(ParameterType.STRING)
                                .overwrite(true)
                                .overrideConfiguration(override.andThen(Clients.SHORT_CALL))))));
  }
}
