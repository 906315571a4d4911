package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.doctor.LifecyclePolicy;
import dev.slipway.doctor.RepositoryReader;
import dev.slipway.doctor.StoredImage;
import dev.slipway.doctor.TagMutability;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import dev.slipway.image.WildcardPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageStatusFilter;
import software.amazon.awssdk.services.ecr.model.LifecyclePolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** Repositories of Amazon ECR's private registry, as they are set up, and all that is in them. */
public final class EcrRepositories implements RepositoryReader {
  private static final int A_PAGE = 1_000;
  private static final int MAX_PAGES = 5;

  private static final Set<String> INDEXES =
      Set.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private final EcrClient client;

  /**
   * @param client from {@link Clients}
   */
  public EcrRepositories(EcrClient client) {
    this.client = client;
  }

  @Override
  public Optional<TagMutability> mutability(Repository repository) {
    try {
      return AwsErrors.permitted(
              "ecr:DescribeRepositories",
              "repository " + repository,
              () ->
                  client.describeRepositories(
                      r -> r.registryId(repository.account()).repositoryNames(repository.name())))
          .repositories()
          .stream()
          .findFirst()
          .map(found ->
              new TagMutability(
                  found.imageTagMutabilityAsString(),
                  found.imageTagMutabilityExclusionFilters().stream()
                      .map(filter -> new WildcardPattern(filter.filter()))
                      .toList()));
    } catch (RepositoryNotFoundException _) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<LifecyclePolicy> lifecyclePolicy(Repository repository) {
    try {
      String text =
          AwsErrors.permitted(
                  "ecr:GetLifecyclePolicy",
                  "repository " + repository,
                  () ->
                      client.getLifecyclePolicy(r ->
                          r.registryId(repository.account()).repositoryName(repository.name())))
              .lifecyclePolicyText();
      return Optional.of(LifecyclePolicy.parse(read(text)));
    } catch (LifecyclePolicyNotFoundException _) {
      return Optional.empty();
    } catch (RepositoryNotFoundException _) {
      return Optional.empty();
    }
  }

  private static JsonNode read(String text) {
    try {
      return Json.read(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("its lifecycle policy is no JSON", e);
    }
  }

  @Override
  public List<StoredImage> images(Repository repository) {
    List<StoredImage> images = new ArrayList<>();
    @Nullable String token = null;
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      @Nullable String from = token;
      DescribeImagesResponse page;
      try {
        page =
            AwsErrors.permitted(
                "ecr:DescribeImages",
                "repository " + repository,
                () ->
                    client.describeImages(r ->
                        r.registryId(repository.account())
                            .repositoryName(repository.name())
                            .filter(f -> f.imageStatus(ImageStatusFilter.ANY))
                            .maxResults(A_PAGE)
                            .nextToken(from)));
      } catch (RepositoryNotFoundException _) {
        return List.of();
      }
      page.imageDetails().forEach(image -> images.add(image(image)));
      token = page.nextToken();
      if (token == null || token.isEmpty()) {
        return List.copyOf(images);
      }
    }
    throw new IllegalStateException(
        "it has more than %d images, and no more are read".formatted(MAX_PAGES * A_PAGE));
  }

  private static StoredImage image(ImageDetail image) {
    String status = image.imageStatusAsString();
    return new StoredImage(
        new ImageDigest(image.imageDigest()),
        Set.copyOf(image.imageTags()),
        image.imagePushedAt(),
        Optional.ofNullable(image.lastRecordedPullTime()),
        status == null || status.equals("ACTIVE"),
        image.imageManifestMediaType() != null && INDEXES.contains(image.imageManifestMediaType()));
  }
}
