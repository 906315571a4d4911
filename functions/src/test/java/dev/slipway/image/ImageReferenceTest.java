package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/";

  @Nested
  class Its_parts {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        nullValues = "-",
        textBlock =
            """
            nginx                          | nginx                       | -
            nginx:1.27                     | nginx                       | 1.27
            library/nginx:latest           | library/nginx               | latest
            localhost:5000/web             | localhost:5000/web          | -
            localhost:5000/web:1           | localhost:5000/web          | 1
            registry.example.com/a/b/c:d   | registry.example.com/a/b/c  | d
            public.ecr.aws/nginx/nginx:1   | public.ecr.aws/nginx/nginx  | 1
            """)
    void are_name_and_tag(String text, String name, String tag) {
      ImageReference image = ImageReference.parse(text);

      assertThat(image.name()).isEqualTo(name);
      assertThat(image.tag().map(ImageTag::value)).isEqualTo(Optional.ofNullable(tag));
      assertThat(image.digest()).isEmpty();
    }

    @Test
    void may_be_a_digest_instead_of_a_tag_or_beside_it() {
      assertThat(ImageReference.parse("web@" + DIGEST))
          .isEqualTo(
              new ImageReference("web", Optional.empty(), Optional.of(new ImageDigest(DIGEST))));
      assertThat(ImageReference.parse("host:80/web:1@" + DIGEST))
          .isEqualTo(
              new ImageReference(
                  "host:80/web",
                  Optional.of(new ImageTag("1")),
                  Optional.of(new ImageDigest(DIGEST))));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", " ", ":", "@", "web:", "web@", "web@sha256:abc", "a b", "web:-x", "://"})
    void belong_to_the_name_where_they_are_none(String text) {
      assertThat(ImageReference.parse(text)).hasToString(text);
      assertThat(ImageReference.parse(text).repository()).isEmpty();
    }
  }

  @Nested
  class Its_repository {
    @ParameterizedTest
    @CsvSource({
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com,eu-central-1",
      "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com,us-east-1",
      "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com,us-gov-west-1",
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,cn-north-1",
      "123456789012.dkr-ecr.eu-central-1.on.aws,eu-central-1",
      "123456789012.dkr-ecr-fips.us-west-2.on.aws,us-west-2",
      "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn,cn-north-1",
      "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu,eusc-de-east-1",
    })
    void is_known_by_every_host_of_a_private_registry(String host, String region) {
      assertThat(ImageReference.parse(host + "/team/web:staging").repository())
          .contains(new Repository("123456789012", region, "team/web"));
      assertThat(ImageReference.parse(host + "/team/web@" + DIGEST).repository())
          .contains(new Repository("123456789012", region, "team/web"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "nginx:latest",
          "docker.io/library/nginx",
          "public.ecr.aws/123456789012/web:1",
          "12345678901.dkr.ecr.eu-central-1.amazonaws.com/web",
          "1234567890123.dkr.ecr.eu-central-1.amazonaws.com/web",
          "123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.com/web",
          "123456789012.dkr.ecr.eu-central-1.amazonaws.com:443/web",
          "evil.com/123456789012.dkr.ecr.eu-central-1.amazonaws.com/web",
          "123456789012xdkr.ecr.eu-central-1.amazonaws.com/web",
          "123456789012.dkr.ecr.eu-central-1.amazonaws.com/",
          "123456789012.dkr.ecr.eu-central-1.amazonaws.com/Web",
          "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web//x",
          "123456789012.dkr.ecr.amazonaws.com/web",
        })
    void is_none_of_amazon_ecrs_where_anything_differs(String text) {
      assertThat(ImageReference.parse(text).repository()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"web-admin", "web/admin", "team/web", "we", "webb", "web.x", "web_1", "eb"})
    void is_never_taken_for_a_sibling(String sibling) {
      Repository web = new Repository("123456789012", "eu-central-1", "web");

      for (String end : List.of("", ":web", "@" + DIGEST, ":web@" + DIGEST)) {
        assertThat(ImageReference.parse(REGISTRY + sibling + end).repository())
            .isNotEmpty()
            .isNotEqualTo(Optional.of(web));
        assertThat(ImageReference.parse(REGISTRY + "web" + end).repository()).contains(web);
      }
    }

    @Test
    void is_another_one_in_another_account_or_region() {
      Optional<Repository> web = ImageReference.parse(REGISTRY + "web").repository();

      assertThat(ImageReference.parse(REGISTRY.replace("9012", "9013") + "web").repository())
          .isNotEmpty()
          .isNotEqualTo(web);
      assertThat(ImageReference.parse(REGISTRY.replace("central", "west") + "web").repository())
          .isNotEmpty()
          .isNotEqualTo(web);
    }
  }

  @Test
  void another_digest_is_of_the_same_repository_by_the_same_host() {
    ImageReference image = ImageReference.parse("host:80/web:1@" + DIGEST);

    assertThat(image.at(new ImageDigest(DIGEST.replace('0', 'f'))))
        .hasToString("host:80/web@" + DIGEST.replace('0', 'f'));
  }

  @Nested
  class Whatever_is_written {
    static IntStream seeds() {
      return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void comes_out_as_it_went_in(int seed) {
      String text = anyText(new Random(seed));

      assertThat(ImageReference.parse(text)).hasToString(text);
      assertThat(ImageReference.parse(ImageReference.parse(text).toString()))
          .isEqualTo(ImageReference.parse(text));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void of_an_ecr_image_has_its_parts(int seed) {
      Random random = new Random(seed);
      Repository repository =
          new Repository(
              "%012d".formatted(random.nextLong(1_000_000_000_000L)),
              pick(random, "eu-central-1", "us-gov-west-1", "ap-southeast-3", "mx-central-1"),
              pick(random, "", "team/", "a/b.c/")
                  + "web"
                  + pick(random, "", "-x", "_y", ".z", "/w"));
      Optional<ImageTag> tag =
          random.nextBoolean()
              ? Optional.of(new ImageTag(pick(random, "latest", "1.0", "_", "a-b.c_D")))
              : Optional.empty();
      Optional<ImageDigest> digest =
          random.nextBoolean() ? Optional.of(anyDigest(random)) : Optional.empty();
      String host =
          pick(
              random,
              "%s.dkr.ecr.%s.amazonaws.com/",
              "%s.dkr.ecr-fips.%s.amazonaws.com/",
              "%s.dkr-ecr.%s.on.aws/");
      String text =
          host.formatted(repository.account(), repository.region())
              + repository.name()
              + tag.map(t -> ":" + t).orElse("")
              + digest.map(d -> "@" + d).orElse("");

      ImageReference image = ImageReference.parse(text);

      assertThat(image).hasToString(text);
      assertThat(image.repository()).contains(repository);
      assertThat(image.tag()).isEqualTo(tag);
      assertThat(image.digest()).isEqualTo(digest);
      ImageDigest other = anyDigest(random);
      assertThat(ImageReference.parse(image.at(other).toString())).isEqualTo(image.at(other));
      assertThat(image.at(other).repository()).contains(repository);
    }

    private static String anyText(Random random) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(9); i >= 0; i--) {
        text.append(
            pick(
                random,
                "a",
                "Z",
                "0",
                "web",
                ".",
                "-",
                "_",
                "/",
                ":",
                "@",
                " ",
                "ü",
                "sha256:",
                DIGEST,
                "@" + DIGEST,
                ":latest",
                REGISTRY,
                "localhost:5000/"));
      }
      return text.toString();
    }

    private static ImageDigest anyDigest(Random random) {
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < 64; i++) {
        hex.append(Character.forDigit(random.nextInt(16), 16));
      }
      return new ImageDigest("sha256:" + hex);
    }

    private static String pick(Random random, String... choices) {
      return choices[random.nextInt(choices.length)];
    }
  }

  @Nested
  class The_names_of_its_parts {
    @ParameterizedTest
    @ValueSource(strings = {"", "-a", ".a", "a b", "a/b", "a:b", "ä"})
    void refuse_what_is_no_tag(String text) {
      assertThat(ImageTag.find(text)).isEmpty();
      assertThatThrownBy(() -> new ImageTag(text)).hasMessageContaining("not a valid image tag");
    }

    @Test
    void refuse_a_tag_that_is_too_long() {
      assertThat(ImageTag.find("a".repeat(128))).isPresent();
      assertThat(ImageTag.find("a".repeat(129))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:ABC", "sha512:abc"})
    void refuse_what_is_no_digest(String text) {
      assertThat(ImageDigest.find(text)).isEmpty();
      assertThatThrownBy(() -> new ImageDigest(text))
          .hasMessageContaining("not a valid image digest");
    }

    @ParameterizedTest
    @CsvSource({
      "12345678901,eu-central-1,web,account id",
      "123456789012,EU,web,Region",
      "123456789012,eu-central-1,Web,repository name",
      "123456789012,eu-central-1,w,2 to 256",
    })
    void refuse_what_is_no_repository(String account, String region, String name, String message) {
      assertThat(Repository.find(account, region, name)).isEmpty();
      assertThatThrownBy(() -> new Repository(account, region, name)).hasMessageContaining(message);
    }

    @Test
    void say_what_people_call_a_digest() {
      assertThat(new ImageDigest(DIGEST).abbreviated()).isEqualTo("0123456789ab");
    }
  }
}
