package dev.slipway.aws;

import java.net.URI;
import java.time.InstantSource;
import java.util.Map;

/** The services of AWS that a function calls, each as its variables say where and as whom. */
public final class AwsApis {
  private final Map<String, String> environment;
  private final String region;
  private final Credentials.Source credentials;
  private final Http http;
  private final Retries retries;
  private final InstantSource clock;

  /**
   * @param environment the variables of the function: AWS_REGION; as AWS's SDKs know them
   *     AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_&lt;SERVICE&gt;, of which an empty one counts as
   *     unset; and those of its credentials
   */
  public AwsApis(Map<String, String> environment) {
    this(environment, Http.ofTheJdk(), Retries.REAL, InstantSource.system());
  }

  AwsApis(Map<String, String> environment, Http http, Retries.Time time, InstantSource clock) {
    this.environment = Map.copyOf(environment);
    this.region = region(environment);
    this.credentials = Credentials.of(environment, http, clock);
    this.http = http;
    this.retries = new Retries(time);
    this.clock = clock;
  }

  private static String region(Map<String, String> environment) {
    String region = environment.getOrDefault("AWS_REGION", "");
    if (region.isEmpty()) {
      throw new IllegalStateException(
          "AWS_REGION is not set: Lambda sets it for every function; set it when running"
              + " elsewhere");
    }
    return region;
  }

  /** One service. */
  public AwsApi of(AwsApi.Service service) {
    return new AwsApi(service, endpoint(service), region, credentials, http, retries, clock);
  }

  private URI endpoint(AwsApi.Service service) {
    String own = environment.getOrDefault("AWS_ENDPOINT_URL_" + service.variable(), "");
    String given = own.isEmpty() ? environment.getOrDefault("AWS_ENDPOINT_URL", "") : own;
    return URI.create(
        given.isEmpty() ? "https://" + service.host() + "." + region + "." + domain() : given);
  }

  /** https://docs.aws.amazon.com/general/latest/gr/rande.html, by the Region's partition. */
  private String domain() {
    if (region.startsWith("cn-")) {
      return "amazonaws.com.cn";
    }
    if (region.startsWith("eusc-")) {
      return "amazonaws.eu";
    }
    if (region.startsWith("us-isob-")) {
      return "sc2s.sgov.gov";
    }
    if (region.startsWith("us-isof-")) {
      return "csp.hci.ic.gov";
    }
    if (region.startsWith("eu-isoe-")) {
      return "cloud.adc-e.uk";
    }
    return region.startsWith("us-iso-") ? "c2s.ic.gov" : "amazonaws.com";
  }
}
