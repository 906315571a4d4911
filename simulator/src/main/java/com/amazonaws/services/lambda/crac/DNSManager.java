package com.amazonaws.services.lambda.crac;

/**
 * Takes the place of the class of this name in AWS's runtime interface client, which is native and
 * for Linux alone, as {@code NativeClient} does.
 */
final class DNSManager {
  private DNSManager() {}

  /**
   * Called when a process goes on after its checkpoint, to forget the addresses of names that it
   * had found before its snapshot was taken. Here that was the same process, a moment ago.
   */
  static void clearCache() {}
}
