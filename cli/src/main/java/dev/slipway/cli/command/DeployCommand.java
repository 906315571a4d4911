package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway deploy}. */
@Command(
    name = "deploy",
    header = "Deploy now what the environment selects, or an image of your choice.",
    description = {"", "What a push does, without waiting for one."},
    footer = {
      "",
      "Examples:",
      "  slipway deploy web-staging",
      "  slipway deploy --environment staging --dry-run",
      "  slipway deploy web-staging --unblock               although it failed here before",
      "  slipway deploy web-staging --force                 although it has the image already",
      "  slipway deploy web-production --tag v1.4.2",
      "  slipway deploy web-production --override 'login is broken'   in spite of a freeze"
    })
final class DeployCommand extends DeployingCommand {
  @ArgGroup private @Nullable Image image;

  /** Another image than the one that the environment selects. */
  static final class Image {
    @Option(
        names = {"-t", "--tag"},
        paramLabel = "TAG",
        description = "The image that has this tag now, instead of the environment's.")
    private @Nullable String tag;

    @Option(
        names = {"-d", "--digest"},
        paramLabel = "DIGEST",
        description =
            "The image with this digest; the first 12 digits are enough where it is known.")
    private @Nullable String digest;
  }

  @Option(
      names = "--unblock",
      description = "Also if the image is blocked, since it failed here or was rolled back from.")
  private boolean unblock;

  @Option(
      names = "--force",
      description = "Also if the service has the image already: its tasks are replaced (restart).")
  private boolean force;

  @Option(
      names = "--override",
      paramLabel = "WHY",
      description =
          "Deploy although a gate is closed (approval, windows, freezes, calendar,"
              + " whileRolling). Notification and record show the reason.")
  private @Nullable String override;

  DeployCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  public ObjectNode request() {
    ObjectNode request = target.addTo(Session.request());
    if (image != null && image.tag != null) {
      request.put("tag", image.tag);
    }
    if (image != null && image.digest != null) {
      request.put("digest", image.digest);
    }
    if (override != null) {
      request.put("override", override);
    }
    if (unblock) {
      request.put("unblock", true);
    }
    return force ? request.put("force", true) : request;
  }

  @Override
  public String question() {
    return "Deploy to " + target + "?";
  }
}
