package dev.slipway.operate;

import java.util.Optional;

/** What an operator's command comes to for one service, before anything is done. */
public interface Plan {
  /** What is to be changed; empty where there is nothing to change. */
  Optional<ServiceChange> change();
}
