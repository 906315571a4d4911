package dev.slipway.doctor;

import dev.slipway.image.TagPolicy;
import java.util.List;

/** Whether the tag that an environment follows may move. */
final class TagMutabilityCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "tag immutability";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.environment().stream()
        .filter(environment -> environment.images().whole() instanceof TagPolicy)
        .flatMap(environment -> {
          TagPolicy policy = (TagPolicy) environment.images().whole();
          return seen.selectedRepositories().stream()
              .filter(repository ->
                  repository.mutability().filter(m -> !m.letsMove(policy.tag())).isPresent())
              .map(repository ->
                  Finding.problem(
                      Finding.of(repository.repository()),
                      "its tags are %s: Amazon ECR refuses the next push of the tag %s, which environment %s follows"
                          .formatted(
                              repository.mutability().map(TagMutability::setting).orElse(""),
                              policy.tag(),
                              environment.name()),
                      "`aws ecr put-image-tag-mutability --repository-name %s --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter=%s`, or have environment %s follow { newest: \"PATTERN\" }"
                          .formatted(
                              repository.repository().name(), policy.tag(), environment.name())));
        })
        .toList();
  }
}
