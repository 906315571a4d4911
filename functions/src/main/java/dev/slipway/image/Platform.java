package dev.slipway.image;

/**
 * What an image runs on, in the words of the OCI image specification.
 *
 * @param os such as {@code linux} or {@code windows}
 * @param architecture such as {@code amd64} or {@code arm64}
 */
public record Platform(String os, String architecture) {
  @Override
  public String toString() {
    return os + "/" + architecture;
  }
}
