package dev.slipway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys are AWS's own examples, or made up. */
class SecretsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          password=hunter2                                    | password=****
          password:hunter2 0c7d9377b7a0f                      | password:**** 0c7d9377b7a0f
          password:hunter2 0C7D9377B7A0                       | password:**** 0C7D9377B7A0
          password: hunter2 0c7d9377b7a0                      | password: **** 0c7d9377b7a0
          DB_PASSWORD=hunter2 host=db                         | DB_PASSWORD=**** host=db
          DB_PASS=hunter2 host=db                             | DB_PASS=**** host=db
          "db_pass": "hunter2"                                | "db_pass": "****"
          dbPass=hunter2                                      | dbPass=****
          password: hunter2, user: app                        | password: ****, user: app
          {"password":"a \\"b\\" c","user":"app"}             | {"password":"****","user":"app"}
          {\\"dbPassword\\": \\"hunter2\\", \\"n\\": 1}       | {\\"dbPassword\\": \\"****\\", \\"n\\": 1}
          Config[user=a, clientSecret=s3cr3t, n=1]            | Config[user=a, clientSecret=****, n=1]
          mysql --password hunter2 -h db                      | mysql --password **** -h db
          --api-key=abc123 run                                | --api-key=**** run
          spring.datasource.password = hunter2                | spring.datasource.password = ****
          'MYSQL_PWD' => 'hunter2'                            | 'MYSQL_PWD' => '****'
          Server=db;User Id=app;Password=hunter2;Database=x   | Server=db;User Id=app;Password=****;Database=x
          AccountName=a;AccountKey=abcd1234==;Suffix=x        | AccountName=a;AccountKey=****;Suffix=x
          GET /x?token=abc123&page=2 failed                   | GET /x?token=****&page=2 failed
          token: abcdef012345                                 | token: ****
          Incorrect API key: abc123                           | Incorrect API key: ****
          Authorization: Bearer abc.def                       | Authorization: Bearer ****
          authorization: Basic dXNlcjpodW50ZXIy               | authorization: Basic ****
          curl -H "Authorization: token abc123" x             | curl -H "Authorization: token ****" x
          sent Bearer 0123456789abcdef again                  | sent Bearer **** again
          Cookie: sid=1234; theme=dark                        | Cookie: ****
          key AKIAIOSFODNN7EXAMPLE.                           | key AKIA****.
          ASIAIOSFODNN7EXAMPLE is expired                     | ASIA**** is expired
          got wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1 ok    | got wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1 ok
          got wJalrXUtnFEMI/K7MDENG/bPxRfiCY9XAMPLEKEY ok     | got **** ok
          jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln ok    | jwt eyJ**** ok
          postgres://app:hunter2@db:5432/app                  | postgres://app:****@db:5432/app
          redis://:hunter2@cache:6379                         | redis://:****@cache:6379
          amqp://u:p/w#x@mq/vhost failed                      | amqp://u:****@mq/vhost failed
          https://0123456789abcdef0123456789abcdef@sentry.io/1 | https://****@sentry.io/1
          ghp_0123456789abcdefghijklmnopqrstuvwxyz            | ghp_****
          github_pat_0123456789abcdefghijkl_x                 | github_pat_****
          xoxb-123456789012-abcdefghij                        | xoxb-****
          https://hooks.slack.com/services/T0/B0/abcdef       | https://hooks.slack.com/services/****
          """)
  void are_masked_and_their_names_stay(String text, String shown) {
    assertThat(Secrets.masked(text)).isEqualTo(shown);
    assertThat(Secrets.masked(shown)).describedAs("once more").isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:73b6a47ec14f5ba795aae787a60fa54dc6c46a2a7e74a2ae0ed44fa4220b6578",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1@sha256:73b6a47ec14f5ba795aae787a60fa54d",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b by me",
        "web: auth-token:staging 0c7d9377b7a0 failed: it exited with 1",
        "web: session-cookie:v1.2_3 0c7d9377b7a0",
        "task 7e12d648155541fbb8a922c39b586f82, 281fc8d0-aad3-4592-8f75-cce8d9050499",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::",
        "arn:aws:ssm:us-east-1:123456789012:parameter/prod/password:3",
        "failed to fetch secret arn:aws:secretsmanager:us-east-1:123456789012:secret:db from"
            + " secrets manager: AccessDeniedException: not authorized to perform"
            + " secretsmanager:GetSecretValue",
        "cannot read the secret: ResourceNotFoundException: not there",
        "The security token included in the request is invalid",
        "ExpiredTokenException: it is expired",
        "Unexpected token: }",
        "password: missing",
        "DB_PASSWORD=null",
        "secret=arn:aws:secretsmanager:us-east-1:123456789012:secret:db",
        "PWD=/app",
        "bypass=true, compass: 12, pass: 3, fail: 0",
        "did not contain json key DB_PASSWORD",
        "basic authentication is off, bearer authentication too",
        "https://host:8080/web@sha256:73b6",
        "https://registry.npmjs.org/@scope/package",
        "git@github.com:owner/name.git",
        "session-token:17 is a revision",
        "ecs-svc/4231880795355584839",
        "at dev.slipway.deploy.Deployer.deploy(Deployer.java:40)",
        "/usr/local/lib/python3/site/packages/Foo1",
        "-----BEGIN CERTIFICATE-----",
      })
  void what_is_none_stays(String text) {
    assertThat(Secrets.masked(text)).isEqualTo(text);
  }

  @Test
  void a_private_key_is_masked_over_all_its_lines() {
    assertThat(
            Secrets.masked(
                """
                key:
                -----BEGIN RSA PRIVATE KEY-----
                MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyz
                abcd
                -----END RSA PRIVATE KEY-----
                done\
                """))
        .isEqualTo("key:\n-----BEGIN RSA PRIVATE KEY-----****\ndone");
  }

  @Test
  void a_private_key_whose_beginning_is_cut_off_is_masked() {
    assertThat(
            Secrets.masked(
                """
                started
                MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyz
                MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrst==
                -----END PRIVATE KEY-----\
                """))
        .isEqualTo("started\n****-----END PRIVATE KEY-----");
  }

  /** Each is text that a matcher which goes back would take minutes for; here it is one pass. */
  @Test
  void hostile_text_takes_no_longer_than_any_other() {
    for (String part :
        List.of(
            "a",
            "eyJ",
            "eyJ ",
            "eyJa.",
            "://",
            "://a:",
            "://@",
            "://1:1",
            "password=arn:",
            "password=\"arn:",
            "password: a:",
            "pwd=/",
            "\"password\":\"",
            "\\\"password\\\":\\\"\\",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "aaaaaaaaaaaaaaaaaaaaaaaa\n-----END ",
            "basic ",
            "a/",
            "a+",
            "AKIA",
            "--password ",
            "key ",
            "api key:",
            "cookie=\n",
            "\u001b[")) {
      String text = part.repeat(300_000 / part.length());

      assertThat(Secrets.masked(text)).isNotEmpty();
      assertThat(OutsideText.line(text, 300)).hasSizeLessThanOrEqualTo(300);
    }
  }

  @Test
  void a_token_is_masked_whatever_is_around_it() {
    String[] parts = {
      "password",
      "=",
      ":",
      " ",
      "\"",
      "'",
      "\\",
      "token",
      "://",
      "@",
      "/",
      ".",
      "eyJ",
      "AKIA",
      "-----BEGIN ",
      "-----END ",
      "PRIVATE KEY-----",
      "\n",
      "--",
      "x",
      "9",
      "Bearer ",
      "****",
      "é",
      "\ud83d",
      "key",
      "api "
    };
    String token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    Random random = new Random(20_261_128);
    for (int run = 0; run < 20_000; run++) {
      String text = some(parts, random) + " " + token + " " + some(parts, random);

      assertThat(Secrets.masked(text)).doesNotContain(token.substring(4));
    }
  }

  private static String some(String[] parts, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }
}
