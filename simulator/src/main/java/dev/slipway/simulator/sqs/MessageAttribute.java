package dev.slipway.simulator.sqs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An attribute that a sender gives a message.
 *
 * @param dataType {@code String}, {@code Number} or {@code Binary}, perhaps with a label of the
 *     sender's after a dot
 * @param text the value, unless it is binary
 * @param binary the value in Base64, if it is binary
 */
public record MessageAttribute(String dataType, @Nullable String text, @Nullable String binary) {
  /** A text. */
  public static MessageAttribute string(String value) {
    return new MessageAttribute("String", value, null);
  }

  boolean isBinary() {
    return dataType.startsWith("Binary");
  }

  /** The bytes that count, for size and checksum. */
  public byte[] valueBytes() {
    if (isBinary()) {
      return binary == null ? new byte[0] : java.util.Base64.getDecoder().decode(binary);
    }
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  /** The MD5 of a body, in hexadecimal. */
  static String md5(String body) {
    return HexFormat.of().formatHex(md5().digest(body.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The MD5 of attributes, in hexadecimal, as clients compute it to check the transfer: by name,
   * each name, type and value with its length before it (<a
   * href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html">SQS
   * message metadata</a>).
   */
  static String md5(Map<String, MessageAttribute> attributes) {
    MessageDigest digest = md5();
    new TreeMap<>(attributes)
        .forEach((name, attribute) -> {
          update(digest, name.getBytes(StandardCharsets.UTF_8));
          update(digest, attribute.dataType().getBytes(StandardCharsets.UTF_8));
          digest.update((byte) (attribute.isBinary() ? 2 : 1));
          update(digest, attribute.valueBytes());
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no MD5", e);
    }
  }
}
