package dev.slipway.doctor;

import dev.slipway.ecs.Service;
import dev.slipway.image.Repository;

/**
 * Something that an operator should know.
 *
 * @param where the thing that it is about, such as {@code website/web} or {@code repository web}
 * @param what is so, in a sentence
 * @param remedy what to do about it
 */
public record Finding(Severity severity, String where, String what, String remedy) {
  static Finding problem(String where, String what, String remedy) {
    return new Finding(Severity.PROBLEM, where, what, remedy);
  }

  static Finding warning(String where, String what, String remedy) {
    return new Finding(Severity.WARNING, where, what, remedy);
  }

  static String of(Service service) {
    return service.arn().shortName();
  }

  static String of(Repository repository) {
    return "repository " + repository.name();
  }
}
