package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.Repository.Image;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.EventSink;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Amazon ECR's API, as far as deploying needs it.
 *
 * <p>Only manifests are stored: layers are neither uploaded nor checked, so a PutImage whose layers
 * exist nowhere succeeds. The children of an image index have to be there, as in ECR.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/">ECR API Reference</a>
 */
public final class EcrService implements AwsService, ImageSource {
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}");
  private static final Pattern DIGEST = Pattern.compile("[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+");
  private static final Pattern REFERENCE =
      Pattern.compile("(?<name>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>.+))?");
  private static final Duration TOKEN_LASTS = Duration.ofHours(12);
  private static final Duration EVALUATED_EVERY = Duration.ofDays(1);
  private static final int MAXIMUM_TAGS_PER_IMAGE = 1_000;
  private static final int MANIFEST_LIMIT = 4 * 1024 * 1024;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final World world;
  private final EventSink events;
  private final Authorizer authorizer;
  private final Journal journal;
  private final Account account;
  private final Scanning scanning;
  private final Signing signing;
  private final Map<String, Repository> repositories = new TreeMap<>();
  private boolean evaluatesDaily;
  private final Map<String, AwsOperation.OfMembers> operations =
      Map.ofEntries(
          Map.entry("GetAuthorizationToken", this::getAuthorizationToken),
          Map.entry("CreateRepository", this::createRepository),
          Map.entry("DescribeRepositories", this::describeRepositories),
          Map.entry("DeleteRepository", this::deleteRepository),
          Map.entry("PutImageTagMutability", this::putImageTagMutability),
          Map.entry("ListTagsForResource", this::listTagsForResource),
          Map.entry("TagResource", this::tagResource),
          Map.entry("UntagResource", this::untagResource),
          Map.entry("GetLifecyclePolicy", this::getLifecyclePolicy),
          Map.entry("PutLifecyclePolicy", this::putLifecyclePolicy),
          Map.entry("DeleteLifecyclePolicy", this::deleteLifecyclePolicy),
          Map.entry("GetRepositoryPolicy", this::getRepositoryPolicy),
          Map.entry("PutImage", this::putImage),
          Map.entry("BatchGetImage", this::batchGetImage),
          Map.entry("DescribeImages", this::describeImages),
          Map.entry("ListImages", this::listImages),
          Map.entry("PutRegistryScanningConfiguration", this::putRegistryScanningConfiguration),
          Map.entry("StartImageScan", this::startImageScan),
          Map.entry("PutSigningConfiguration", this::putSigningConfiguration),
          Map.entry("DescribeImageSigningStatus", this::describeImageSigningStatus),
          Map.entry("DescribeImageScanFindings", this::describeImageScanFindings),
          Map.entry("UpdateImageStorageClass", this::updateImageStorageClass),
          Map.entry("BatchDeleteImage", this::batchDeleteImage));

  /** An ECR without repositories. */
  public EcrService(
      World world, EventSink events, Authorizer authorizer, Journal journal, Account account) {
    this.world = world;
    this.events = events;
    this.authorizer = authorizer;
    this.journal = journal;
    this.account = account;
    this.scanning = new Scanning(world, events, account);
    this.signing = new Signing(world);
  }

  @Override
  public String signingName() {
    return "ecr";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return operations;
  }

  /** What {@code docker login} is given. There is no registry here that would ask for it. */
  private ObjectNode getAuthorizationToken(Caller caller, ObjectNode body) {
    authorizer.authorize(caller, "ecr:GetAuthorizationToken", "*", Map.of());
    ObjectNode output = JSON.objectNode();
    ObjectNode data = output.putArray("authorizationData").addObject();
    byte[] login = "AWS:simulated".getBytes(StandardCharsets.UTF_8);
    data.put("authorizationToken", Base64.getEncoder().encodeToString(login))
        .put("proxyEndpoint", "https://" + registry());
    data.set("expiresAt", Members.timestamp(world.now().plus(TOKEN_LASTS)));
    return output;
  }

  private ObjectNode createRepository(Caller caller, ObjectNode body) {
    String name = Members.required(body, "repositoryName");
    if (name.length() < 2 || name.length() > 256 || !NAME.matcher(name).matches()) {
      throw Manifest.invalid(
          "repositoryName", "must satisfy regular expression '" + NAME.pattern() + "'");
    }
    Map<String, String> context = requestTags(body);
    authorizer.authorize(caller, "ecr:CreateRepository", arn(name), context);
    if (!context.isEmpty()) {
      authorizer.authorize(caller, "ecr:TagResource", arn(name), context);
    }
    if (repositories.containsKey(name)) {
      throw AwsError.client(
          "RepositoryAlreadyExistsException",
          "The repository with name '"
              + name
              + "' already exists in the registry with id '"
              + account.id()
              + "'");
    }
    TagMutability mutability = TagMutability.of(body);
    ObjectNode description =
        JSON.objectNode()
            .put("repositoryArn", arn(name))
            .put("registryId", account.id())
            .put("repositoryName", name)
            .put("repositoryUri", registry() + "/" + name);
    description.set("createdAt", Members.timestamp(world.now()));
    mutability.into(description);
    JsonNode scanning = body.get("imageScanningConfiguration");
    description.set(
        "imageScanningConfiguration",
        scanning == null ? JSON.objectNode().put("scanOnPush", false) : scanning);
    JsonNode encryption = body.get("encryptionConfiguration");
    description.set(
        "encryptionConfiguration",
        encryption == null ? JSON.objectNode().put("encryptionType", "AES256") : encryption);
    Repository repository = new Repository(name, mutability, description);
    for (JsonNode tag : body.path("tags")) {
      repository.resourceTags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    repositories.put(name, repository);
    journal.note("ecr", "repository " + name + " created");
    ObjectNode output = JSON.objectNode();
    output.set("repository", description.deepCopy());
    return output;
  }

  private ObjectNode describeRepositories(Caller caller, ObjectNode body) {
    List<String> names = Members.texts(body, "repositoryNames");
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("repositories");
    if (names.isEmpty()) {
      authorizer.authorize(caller, "ecr:DescribeRepositories", arn("*"), Map.of());
      Page<Repository> page = Page.of(List.copyOf(repositories.values()), body, 100, 1000);
      page.items().forEach(it -> found.add(it.description.deepCopy()));
      return page.tokenInto(output);
    }
    for (String name : names) {
      authorize(caller, "ecr:DescribeRepositories", name);
      found.add(repository(name).description.deepCopy());
    }
    return output;
  }

  private ObjectNode deleteRepository(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:DeleteRepository", body);
    if (!repository.images().isEmpty() && !Members.flag(body, "force")) {
      throw AwsError.client(
          "RepositoryNotEmptyException",
          "The repository with name '"
              + repository.name
              + "' in registry with id '"
              + account.id()
              + "' cannot be deleted because it still contains images");
    }
    repositories.remove(repository.name);
    journal.note("ecr", "repository " + repository.name + " deleted");
    ObjectNode output = JSON.objectNode();
    output.set("repository", repository.description.deepCopy());
    return output;
  }

  private ObjectNode putImageTagMutability(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:PutImageTagMutability", body);
    repository.mutability = TagMutability.of(body);
    repository.description.remove("imageTagMutabilityExclusionFilters");
    repository.mutability.into(repository.description);
    ObjectNode output = named(repository);
    repository.mutability.into(output);
    return output;
  }

  private ObjectNode listTagsForResource(Caller caller, ObjectNode body) {
    Repository repository = tagged(caller, "ecr:ListTagsForResource", body, Map.of());
    ObjectNode output = JSON.objectNode();
    ArrayNode tags = output.putArray("tags");
    repository.resourceTags.forEach(
        (key, value) -> tags.addObject().put("Key", key).put("Value", value));
    return output;
  }

  private ObjectNode tagResource(Caller caller, ObjectNode body) {
    Repository repository = tagged(caller, "ecr:TagResource", body, requestTags(body));
    for (JsonNode tag : body.path("tags")) {
      repository.resourceTags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return JSON.objectNode();
  }

  private ObjectNode untagResource(Caller caller, ObjectNode body) {
    List<String> keys = Members.texts(body, "tagKeys");
    Repository repository =
        tagged(caller, "ecr:UntagResource", body, Map.of("aws:TagKeys", String.join("\n", keys)));
    keys.forEach(repository.resourceTags::remove);
    return JSON.objectNode();
  }

  private static Map<String, String> requestTags(ObjectNode body) {
    Map<String, String> context = new HashMap<>();
    for (JsonNode tag : body.path("tags")) {
      context.put("aws:RequestTag/" + tag.path("Key").asText(), tag.path("Value").asText());
    }
    return context;
  }

  /** The repository that a request names by its ARN. */
  private Repository tagged(
      Caller caller, String action, ObjectNode body, Map<String, String> requested) {
    String arn = Members.required(body, "resourceArn");
    String prefix = arn("");
    if (!arn.startsWith(prefix)) {
      throw AwsError.client(
          "InvalidParameterException",
          "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'");
    }
    String name = arn.substring(prefix.length());
    authorize(caller, action, name, requested);
    return repository(name);
  }

  private ObjectNode getLifecyclePolicy(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:GetLifecyclePolicy", body);
    ObjectNode output =
        named(repository).put("lifecyclePolicyText", lifecyclePolicy(repository).text());
    output.set("lastEvaluatedAt", Members.timestamp(world.now()));
    return output;
  }

  private ObjectNode putLifecyclePolicy(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:PutLifecyclePolicy", body);
    String text = Members.required(body, "lifecyclePolicyText");
    repository.lifecyclePolicy = LifecyclePolicy.parse(text);
    if (!evaluatesDaily) {
      evaluatesDaily = true;
      world.every(EVALUATED_EVERY, EVALUATED_EVERY, this::applyLifecyclePolicies);
    }
    return named(repository).put("lifecyclePolicyText", text);
  }

  private ObjectNode deleteLifecyclePolicy(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:DeleteLifecyclePolicy", body);
    String text = lifecyclePolicy(repository).text();
    repository.lifecyclePolicy = null;
    ObjectNode output = named(repository).put("lifecyclePolicyText", text);
    output.set("lastEvaluatedAt", Members.timestamp(world.now()));
    return output;
  }

  private LifecyclePolicy lifecyclePolicy(Repository repository) {
    if (repository.lifecyclePolicy == null) {
      throw withoutPolicy("Lifecycle", repository);
    }
    return repository.lifecyclePolicy;
  }

  /**
   * Expires and archives what the lifecycle policies say, now. It happens once a day by itself, as
   * ECR does it within a day. It sends no event: ECR documents none.
   */
  public void applyLifecyclePolicies() {
    for (Repository repository : repositories.values()) {
      if (repository.lifecyclePolicy != null) {
        repository
            .lifecyclePolicy
            .due(repository, world.now())
            .forEach((digest, action) -> {
              switch (action) {
                case EXPIRE -> repository.delete(digest);
                case ARCHIVE -> repository.archived.put(digest, world.now());
              }
              journal.note(
                  "ecr",
                  "%s: %s %s by its lifecycle policy"
                      .formatted(
                          repository.name,
                          action == LifecyclePolicy.Action.EXPIRE ? "expired" : "archived",
                          brief(digest)));
            });
      }
    }
  }

  /** No repository here has a policy: other accounts do not exist. */
  private ObjectNode getRepositoryPolicy(Caller caller, ObjectNode body) {
    throw withoutPolicy("Repository", authorized(caller, "ecr:GetRepositoryPolicy", body));
  }

  private AwsError withoutPolicy(String kind, Repository repository) {
    return AwsError.client(
        kind + "PolicyNotFoundException",
        kind
            + " policy does not exist for the repository with name '"
            + repository.name
            + "' in the registry with id '"
            + account.id()
            + "'");
  }

  private ObjectNode putRegistryScanningConfiguration(Caller caller, ObjectNode body) {
    authorizer.authorize(caller, "ecr:PutRegistryScanningConfiguration", "*", Map.of());
    return scanning.putRegistryScanningConfiguration(body);
  }

  private ObjectNode startImageScan(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:StartImageScan", body);
    Image image = named(repository, body);
    ObjectNode output = named(repository);
    output.set("imageId", body.path("imageId").deepCopy());
    return output.setAll(scanning.start(repository, image));
  }

  private ObjectNode describeImageScanFindings(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:DescribeImageScanFindings", body);
    Image image = named(repository, body);
    ObjectNode output = named(repository);
    output.set(
        "imageId", id(image.manifest().digest(), Members.text(body.path("imageId"), "imageTag")));
    return output.setAll(scanning.describe(repository, image, body));
  }

  private ObjectNode putSigningConfiguration(Caller caller, ObjectNode body) {
    authorizer.authorize(caller, "ecr:PutSigningConfiguration", "*", Map.of());
    return signing.putSigningConfiguration(body);
  }

  private ObjectNode describeImageSigningStatus(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:DescribeImageSigningStatus", body);
    Image image = named(repository, body);
    ObjectNode output = named(repository);
    output.set(
        "imageId", id(image.manifest().digest(), Members.text(body.path("imageId"), "imageTag")));
    return output.setAll(signing.describe(repository, image));
  }

  /** The image that a request is about. */
  private Image named(Repository repository, ObjectNode body) {
    JsonNode id = body.path("imageId");
    if (find(repository, id) instanceof Found.At(Image image)) {
      return image;
    }
    throw AwsError.client(
        "ImageNotFoundException",
        "The image with imageId %s does not exist within the repository with name '%s' in the registry with id '%s'"
            .formatted(id, repository.name, account.id()));
  }

  private ObjectNode named(Repository repository) {
    return JSON.objectNode().put("registryId", account.id()).put("repositoryName", repository.name);
  }

  private ObjectNode putImage(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:PutImage", body);
    String text = Members.required(body, "imageManifest");
    String tag = Members.text(body, "imageTag");
    if (text.length() > MANIFEST_LIMIT) {
      throw Manifest.invalid(
          "imageManifest", "Member must have length less than or equal to 4194304");
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw Manifest.invalid("imageTag", "must satisfy regular expression '" + TAG.pattern() + "'");
    }
    Manifest manifest = Manifest.parse(text, Members.text(body, "imageManifestMediaType"));
    String given = Members.text(body, "imageDigest");
    if (given != null && !given.equals(manifest.digest())) {
      throw AwsError.client(
          "ImageDigestDoesNotMatchException",
          "The specified digest '"
              + given
              + "' does not match the digest '"
              + manifest.digest()
              + "' that was calculated for the image.");
    }
    checkChildren(repository, manifest);
    checkTag(repository, manifest, tag);
    String before = tag == null ? null : repository.digestOf(tag);
    boolean isNew = repository.image(manifest.digest()) == null;
    repository.add(manifest, world.now());
    if (tag != null) {
      repository.tag(tag, manifest.digest());
    }
    emit(repository, manifest, "PUSH", tag);
    Image image = repository.image(manifest.digest());
    if (isNew && image != null) {
      scanning.pushed(repository, image);
      signing.pushed(repository, image);
    }
    journal.note(
        "ecr",
        repository.name
            + ": pushed "
            + (tag == null ? "an untagged image" : tag)
            + (manifest.isIndex() ? " (an image index)" : "")
            + " "
            + brief(manifest.digest())
            + (before == null ? "" : ", the tag was on " + brief(before)));
    ObjectNode output = JSON.objectNode();
    output.set("image", image(repository, manifest, tag));
    return output;
  }

  private void checkChildren(Repository repository, Manifest manifest) {
    List<String> absent =
        manifest.children().stream()
            .map(Manifest.Child::digest)
            .filter(digest -> repository.image(digest) == null)
            .toList();
    if (!absent.isEmpty()) {
      throw AwsError.client(
          "ReferencedImagesNotFoundException",
          "Images with digests '"
              + absent
              + "' required for pushing image into repository with name '"
              + repository.name
              + "' in the registry with id '"
              + account.id()
              + "' do not exist");
    }
  }

  private void checkTag(Repository repository, Manifest manifest, @Nullable String tag) {
    checkTagIsFree(repository, manifest, tag);
    boolean oneMore = tag != null && !manifest.digest().equals(repository.digestOf(tag));
    if (oneMore && repository.tagsOf(manifest.digest()).size() >= MAXIMUM_TAGS_PER_IMAGE) {
      throw AwsError.client(
          "LimitExceededException",
          "Adding tag '"
              + tag
              + "' to an image in the repository with name '"
              + repository.name
              + "' in registry with id '"
              + account.id()
              + "' exceeds the maximum allowed number of tags per image which is '"
              + MAXIMUM_TAGS_PER_IMAGE
              + "'");
    }
  }

  private void checkTagIsFree(Repository repository, Manifest manifest, @Nullable String tag) {
    String current = tag == null ? null : repository.digestOf(tag);
    boolean known = repository.image(manifest.digest()) != null;
    if (known && (tag == null || manifest.digest().equals(current))) {
      throw AwsError.client(
          "ImageAlreadyExistsException",
          "Image with digest '"
              + manifest.digest()
              + "'"
              + (tag == null ? "" : " and tag '" + tag + "'")
              + " already exists in the repository with name '"
              + repository.name
              + "' in registry with id '"
              + account.id()
              + "'");
    }
    if (tag != null && current != null && repository.mutability.isImmutable(tag)) {
      throw AwsError.client(
          "ImageTagAlreadyExistsException",
          "The image tag '"
              + tag
              + "' already exists in the '"
              + repository.name
              + "' repository and cannot be overwritten because the tag is immutable.");
    }
  }

  /**
   * Where {@code acceptedMediaTypes} does not name an image's media type, the image counts as not
   * found: what ECR does then (it may convert some images) is not documented, and clients must not
   * rely on it. An archived image counts as not found too: that it cannot be pulled is documented
   * (404), this operation's failure code is not.
   */
  private ObjectNode batchGetImage(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:BatchGetImage", body);
    List<String> accepted = Members.texts(body, "acceptedMediaTypes");
    ObjectNode output = JSON.objectNode();
    ArrayNode images = output.putArray("images");
    ArrayNode failures = output.putArray("failures");
    for (JsonNode id : imageIds(body)) {
      Found found = find(repository, id);
      if (found instanceof Found.At at
          && (repository.isArchived(at.image())
              || (!accepted.isEmpty() && !accepted.contains(at.image().manifest().mediaType())))) {
        found = Found.Not.unknown();
      }
      switch (found) {
        case Found.At at ->
            images.add(image(repository, at.image().manifest(), Members.text(id, "imageTag")));
        case Found.Not not -> failures.add(not.failure(id));
      }
    }
    return output;
  }

  private ObjectNode describeImages(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:DescribeImages", body);
    ObjectNode output = JSON.objectNode();
    ArrayNode details = output.putArray("imageDetails");
    if (!body.path("imageIds").isEmpty()) {
      for (JsonNode id : imageIds(body)) {
        switch (find(repository, id)) {
          case Found.At at -> details.add(detail(repository, at.image()));
          case Found.Not _ ->
              throw AwsError.client(
                  "ImageNotFoundException",
                  "The image with imageId {imageDigest:'"
                      + Members.text(id, "imageDigest")
                      + "', imageTag:'"
                      + Members.text(id, "imageTag")
                      + "'} does not exist within the repository with name '"
                      + repository.name
                      + "' in the registry with id '"
                      + account.id()
                      + "'");
        }
      }
      return output;
    }
    List<Image> images =
        repository.images().stream()
            .filter(it -> tagStatusAllows(body, !tagsOf(repository, it).isEmpty()))
            .filter(it -> imageStatusAllows(body, repository.statusOf(it)))
            .toList();
    Page<Image> page = Page.of(images, body, 100, 1000);
    page.items().forEach(it -> details.add(detail(repository, it)));
    return page.tokenInto(output);
  }

  private ObjectNode listImages(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:ListImages", body);
    List<ObjectNode> ids = new ArrayList<>();
    for (Image image : repository.images()) {
      List<String> tags = tagsOf(repository, image);
      if (tagStatusAllows(body, !tags.isEmpty())
          && imageStatusAllows(body, repository.statusOf(image))) {
        if (tags.isEmpty()) {
          ids.add(id(image.manifest().digest(), null));
        }
        tags.forEach(tag -> ids.add(id(image.manifest().digest(), tag)));
      }
    }
    Page<ObjectNode> page = Page.of(ids, body, 100, 1000);
    ObjectNode output = JSON.objectNode();
    output.putArray("imageIds").addAll(page.items());
    return page.tokenInto(output);
  }

  /** At once, in both directions; an image comes back from the archive in minutes in ECR. */
  private ObjectNode updateImageStorageClass(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:UpdateImageStorageClass", body);
    Image image = named(repository, body);
    JsonNode id = body.path("imageId");
    String digest = image.manifest().digest();
    switch (Members.required(body, "targetStorageClass")) {
      case "ARCHIVE" -> repository.archived.put(digest, world.now());
      case "STANDARD" -> repository.archived.remove(digest);
      default -> throw Manifest.invalid("targetStorageClass", "must be STANDARD or ARCHIVE");
    }
    ObjectNode output = named(repository).put("imageStatus", repository.statusOf(image));
    output.set("imageId", id(digest, Members.text(id, "imageTag")));
    return output;
  }

  /**
   * By tag: takes the tag away, and the image with its last one. By digest: the image and all its
   * tags. An event is emitted for each tag that goes, or one without a tag.
   */
  private ObjectNode batchDeleteImage(Caller caller, ObjectNode body) {
    Repository repository = authorized(caller, "ecr:BatchDeleteImage", body);
    ObjectNode output = JSON.objectNode();
    ArrayNode deleted = output.putArray("imageIds");
    ArrayNode failures = output.putArray("failures");
    for (JsonNode id : imageIds(body)) {
      switch (find(repository, id)) {
        case Found.Not not -> failures.add(not.failure(id));
        case Found.At at -> delete(repository, at.image().manifest(), id, deleted, failures);
      }
    }
    return output;
  }

  private void delete(
      Repository repository,
      Manifest manifest,
      JsonNode id,
      ArrayNode deleted,
      ArrayNode failures) {
    String tag = Members.text(id, "imageTag");
    List<String> tags = repository.tagsOf(manifest.digest());
    boolean whole = tag == null || tags.size() == 1;
    List<String> indexes = repository.indexesOf(manifest.digest());
    if (whole && !indexes.isEmpty()) {
      failures.add(
          new Found.Not(
                  "ImageReferencedByManifestList",
                  "Requested image referenced by manifest list: " + indexes)
              .failure(id));
      return;
    }
    List<String> gone = tag == null ? tags : List.of(tag);
    if (whole) {
      repository.delete(manifest.digest());
    } else {
      gone.forEach(repository::untag);
    }
    if (gone.isEmpty()) {
      deleted.add(id(manifest.digest(), null));
      emit(repository, manifest, "DELETE", null);
    }
    for (String each : gone) {
      deleted.add(id(manifest.digest(), each));
      emit(repository, manifest, "DELETE", each);
    }
    journal.note(
        "ecr",
        repository.name
            + ": "
            + (whole ? "deleted " : "untagged ")
            + brief(manifest.digest())
            + (gone.isEmpty() ? "" : " (" + String.join(", ", gone) + ")"));
  }

  @Override
  public Pull pull(String reference, String os, String architecture) {
    String prefix = registry() + "/";
    if (!reference.startsWith(prefix)) {
      return new Pull.Elsewhere();
    }
    Matcher parts = REFERENCE.matcher(reference.substring(prefix.length()));
    Repository repository = parts.matches() ? repositories.get(parts.group("name")) : null;
    if (repository == null) {
      return new Pull.Refused(
          "failed to resolve ref " + reference + ": the repository does not exist");
    }
    String tag = parts.group("tag") == null ? "latest" : parts.group("tag");
    String named = parts.group("digest");
    String digest = named == null ? repository.digestOf(tag) : named;
    Image image = digest == null ? null : repository.image(digest);
    if (digest == null || image == null || repository.isArchived(image)) {
      return new Pull.Refused("failed to resolve ref " + reference + ": not found");
    }
    repository.pulled.put(digest, world.now());
    if (!image.manifest().isIndex()) {
      return new Pull.Pulled(digest, digest, image.manifest().annotations());
    }
    for (Manifest.Child child : image.manifest().children()) {
      Image childImage = repository.image(child.digest());
      if (childImage != null
          && child.os().equals(os)
          && child.architecture().equals(architecture)) {
        return new Pull.Pulled(digest, child.digest(), childImage.manifest().annotations());
      }
    }
    return new Pull.Refused(
        "image Manifest does not contain descriptor matching platform '"
            + os
            + "/"
            + architecture
            + "'");
  }

  /** What an image id names. */
  private sealed interface Found {
    record At(Image image) implements Found {}

    record Not(String code, String reason) implements Found {
      static Not unknown() {
        return new Not("ImageNotFound", "Requested image not found");
      }

      ObjectNode failure(JsonNode id) {
        ObjectNode failure = JSON.objectNode();
        failure.set("imageId", id.deepCopy());
        return failure.put("failureCode", code).put("failureReason", reason);
      }
    }
  }

  private Found find(Repository repository, JsonNode id) {
    String digest = Members.text(id, "imageDigest");
    String tag = Members.text(id, "imageTag");
    if (digest == null && tag == null) {
      return new Found.Not(
          "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
    }
    if (digest != null && !DIGEST.matcher(digest).matches()) {
      return new Found.Not(
          "InvalidImageDigest",
          "Invalid request parameters: image digest should satisfy the regex '"
              + DIGEST.pattern()
              + "'");
    }
    String tagged = tag == null ? null : repository.digestOf(tag);
    if (digest != null && tagged != null && !digest.equals(tagged)) {
      return new Found.Not(
          "ImageTagDoesNotMatchDigest", "Image tag does not match the image digest");
    }
    if (tag != null && tagged == null) {
      return Found.Not.unknown();
    }
    String named = digest == null ? tagged : digest;
    Image image = named == null ? null : repository.image(named);
    return image == null ? Found.Not.unknown() : new Found.At(image);
  }

  private static List<JsonNode> imageIds(ObjectNode body) {
    List<JsonNode> ids = new ArrayList<>();
    body.path("imageIds").forEach(ids::add);
    if (ids.isEmpty() || ids.size() > 100) {
      throw Manifest.invalid("imageIds", "Member must have between 1 and 100 elements");
    }
    return ids;
  }

  private static boolean tagStatusAllows(ObjectNode body, boolean tagged) {
    String wanted = Members.text(body.path("filter"), "tagStatus");
    return wanted == null || wanted.equals("ANY") || wanted.equals(tagged ? "TAGGED" : "UNTAGGED");
  }

  private static boolean imageStatusAllows(ObjectNode body, String status) {
    String wanted = Members.text(body.path("filter"), "imageStatus");
    return wanted == null ? status.equals("ACTIVE") : wanted.equals("ANY") || wanted.equals(status);
  }

  private ObjectNode image(Repository repository, Manifest manifest, @Nullable String tag) {
    ObjectNode image =
        JSON.objectNode()
            .put("registryId", account.id())
            .put("repositoryName", repository.name)
            .put("imageManifest", manifest.text())
            .put("imageManifestMediaType", manifest.mediaType());
    image.set("imageId", id(manifest.digest(), tag));
    return image;
  }

  private ObjectNode detail(Repository repository, Image image) {
    Manifest manifest = image.manifest();
    ObjectNode detail =
        JSON.objectNode()
            .put("registryId", account.id())
            .put("repositoryName", repository.name)
            .put("imageDigest", manifest.digest());
    List<String> tags = tagsOf(repository, image);
    if (!tags.isEmpty()) {
      tags.forEach(detail.putArray("imageTags")::add);
    }
    long size = manifest.size();
    for (Manifest.Child child : manifest.children()) {
      Image childImage = repository.image(child.digest());
      size = Math.max(size, childImage == null ? 0 : childImage.manifest().size());
    }
    detail.put("imageSizeInBytes", size);
    detail.set("imagePushedAt", Members.timestamp(image.pushedAt()));
    Instant pulled = repository.pulled.get(manifest.digest());
    if (pulled != null) {
      detail.set("lastRecordedPullTime", Members.timestamp(pulled));
    }
    detail.put("imageManifestMediaType", manifest.mediaType());
    if (manifest.artifactMediaType() != null) {
      detail.put("artifactMediaType", manifest.artifactMediaType());
    }
    return detail.put("imageStatus", repository.statusOf(image));
  }

  private static ObjectNode id(String digest, @Nullable String tag) {
    ObjectNode id = JSON.objectNode().put("imageDigest", digest);
    return tag == null ? id : id.put("imageTag", tag);
  }

  private static List<String> tagsOf(Repository repository, Image image) {
    return repository.tagsOf(image.manifest().digest());
  }

  private void emit(Repository repository, Manifest manifest, String action, @Nullable String tag) {
    ObjectNode detail =
        JSON.objectNode()
            .put("result", "SUCCESS")
            .put("repository-name", repository.name)
            .put("image-digest", manifest.digest())
            .put("action-type", action);
    if (manifest.artifactMediaType() != null) {
      detail.put("artifact-media-type", manifest.artifactMediaType());
    }
    detail
        .put("image-tag", tag == null ? "" : tag)
        .put("manifest-media-type", manifest.mediaType());
    events.emit("aws.ecr", "ECR Image Action", List.of(), detail);
  }

  private Repository authorized(Caller caller, String action, ObjectNode body) {
    String name = Members.required(body, "repositoryName");
    authorize(caller, action, name);
    String registryId = Members.text(body, "registryId");
    if (registryId != null && !registryId.equals(account.id())) {
      throw notFound(name, registryId);
    }
    return repository(name);
  }

  private void authorize(Caller caller, String action, String name) {
    authorize(caller, action, name, Map.of());
  }

  private void authorize(Caller caller, String action, String name, Map<String, String> requested) {
    Map<String, String> context = new HashMap<>(requested);
    Repository repository = repositories.get(name);
    if (repository != null) {
      repository.resourceTags.forEach((key, value) -> {
        context.put("aws:ResourceTag/" + key, value);
        context.put("ecr:ResourceTag/" + key, value);
      });
    }
    authorizer.authorize(caller, action, arn(name), context);
  }

  private Repository repository(String name) {
    Repository repository = repositories.get(name);
    if (repository == null) {
      throw notFound(name, account.id());
    }
    return repository;
  }

  private static AwsError notFound(String name, String registryId) {
    return AwsError.client(
        "RepositoryNotFoundException",
        "The repository with name '"
            + name
            + "' does not exist in the registry with id '"
            + registryId
            + "'");
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(digest.length(), "sha256:".length() + 12));
  }

  private String arn(String name) {
    return account.arn("ecr", "repository/" + name);
  }

  private String registry() {
    return account.id() + ".dkr.ecr." + account.region() + ".amazonaws.com";
  }
}
