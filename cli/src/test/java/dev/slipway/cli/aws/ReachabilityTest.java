package dev.slipway.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  @Test
  void the_way_there_is_at_fault_where_it_is_the_network() {
    assertThat(Reachability.isTrouble(new IllegalStateException(new UnknownHostException("x"))))
        .isTrue();
    assertThat(Reachability.isTrouble(new IOException("reset"))).isTrue();
  }

  /** As where a login by AWS IAM Identity Center has left no token. */
  @Test
  void the_way_there_is_not_at_fault_where_a_file_is_missing() {
    assertThat(
            Reachability.isTrouble(
                new IllegalStateException(new NoSuchFileException("~/.aws/sso/cache/x.json"))))
        .isFalse();
  }
}
