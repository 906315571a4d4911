package dev.slipway.simulator.ecs;

import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.UUID;

/** Identifiers in ECS's shapes; the same ones in every run. */
final class Ids {
  private static final String URL_SAFE =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  private final SplittableRandom random = new SplittableRandom(20150401);

  /** Of tasks and container instances: 32 hexadecimal digits. */
  String hex32() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Of containers and service events. */
  String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Of deployments and service revisions: 19 decimal digits. */
  String number19() {
    return Long.toString(random.nextLong(1_000_000_000_000_000_000L, Long.MAX_VALUE));
  }

  /** Of service deployments: 21 URL-safe characters. */
  String urlSafe21() {
    StringBuilder id = new StringBuilder();
    while (id.length() < 21) {
      id.append(URL_SAFE.charAt(random.nextInt(URL_SAFE.length())));
    }
    return id.toString();
  }
}
