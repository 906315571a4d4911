package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.cli.stack.StackException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardTest {
  private final FakeStack stack = new FakeStack();
  private final List<String> defects = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private Dashboard dashboard;

  @BeforeEach
  void open() throws IOException {
    dashboard = dashboard(false);
  }

  @AfterEach
  void close() {
    dashboard.close();
  }

  private Dashboard dashboard(boolean readOnly) throws IOException {
    return Dashboard.open(
        0,
        stack,
        new Dashboard.About("slipway", Optional.of("staging"), readOnly),
        () -> now,
        (path, defect) -> defects.add(path + " " + defect.getMessage()));
  }

  private static int port(Dashboard dashboard) {
    return dashboard.url().getPort();
  }

  private static String token(Dashboard dashboard) {
    return dashboard.url().getFragment().replace("token=", "");
  }

  private Http plain() {
    return new Http(port(dashboard));
  }

  private Http known() {
    return plain().with(Guard.TOKEN, token(dashboard));
  }

  /** The name of a plan to deploy web. */
  private String shownPlan() {
    return known()
        .posting("{'command': 'deploy', 'arguments': ['web']}")
        .send("/api/plans")
        .json()
        .path("id")
        .asText();
  }

  @Test
  void serves_the_page_and_forbids_the_browser_whatever_it_does_not_need() {
    for (String path :
        List.of("/", "/app.js", "/style.css", "/icon.svg", "/nowhere", "/api/about")) {
      assertThat(plain().send(path).headers())
          .as(path)
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("referrer-policy", "no-referrer")
          .containsEntry("cache-control", "no-store")
          .containsEntry("x-frame-options", "DENY")
          .containsEntry("cross-origin-resource-policy", "same-origin")
          .hasEntrySatisfying(
              "content-security-policy",
              policy ->
                  assertThat(policy)
                      .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                      .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                      .doesNotContain("unsafe", "*", "http"))
          .doesNotContainKey("access-control-allow-origin");
    }
    assertThat(plain().send("/").body()).startsWith("<!doctype html>");
    assertThat(plain().send("/app.js").headers())
        .containsEntry("content-type", "text/javascript; charset=utf-8");
    assertThat(plain().method("HEAD").send("/").body()).isEmpty();
  }

  @Test
  void the_url_is_on_the_loopback_address_and_its_token_is_not_guessed() {
    URI url = dashboard.url();

    assertThat(url.getHost()).isEqualTo("127.0.0.1");
    assertThat(token(dashboard)).hasSize(43).matches("[\\w-]+");
  }

  @Test
  void no_other_address_of_the_machine_listens() throws IOException {
    byte[] loopback6 = new byte[16];
    loopback6[15] = 1;
    List<InetAddress> others = new ArrayList<>(List.of(InetAddress.getByAddress(loopback6)));
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .forEach(others::add);
    for (InetAddress other : others) {
      assertThatThrownBy(() -> new Socket(other, port(dashboard)).close())
          .as(other.toString())
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.2:PORT",
        "[::1]:PORT",
        "127.0.0.1:PORT.evil.example",
        ""
      })
  void another_host_is_refused_whatever_is_asked(String host) {
    String given = host.replace("PORT", Integer.toString(port(dashboard)));

    for (String path : List.of("/", "/app.js", "/api/services")) {
      assertThat(known().with("Host", given).send(path).status()).as(path).isEqualTo(403);
    }
    assertThat(stack.asked).containsExactly("status");
  }

  @Test
  void a_host_that_is_missing_or_said_twice_is_refused() {
    assertThat(known().with("Host").send("/").status()).isIn(400, 403);
    String right = "127.0.0.1:" + port(dashboard);
    assertThat(known().with("Host", right, "evil.example").send("/").status()).isIn(400, 403);
    assertThat(known().with("Host", "localhost:" + port(dashboard)).send("/").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://localhost",
        "https://127.0.0.1:PORT"
      })
  void another_origin_is_refused(String origin) {
    String given = origin.replace("PORT", Integer.toString(port(dashboard)));

    assertThat(known().with("Origin", given).send("/api/services").status()).isEqualTo(403);
    assertThat(known().with("Origin", given).posting("{}").send("/api/plans").status())
        .isEqualTo(403);
    assertThat(
            known()
                .with("Origin", "http://127.0.0.1:" + port(dashboard))
                .send("/api/about")
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, no-cors, script, 403",
    "same-site, cors, empty, 403",
    "cross-site, navigate, iframe, 403",
    "cross-site, navigate, document, 200",
    "none, navigate, document, 200",
    "same-origin, no-cors, script, 200",
  })
  void what_the_browser_says_of_where_it_comes_from(
      String site, String mode, String destination, int status) {
    assertThat(
            plain()
                .with("Sec-Fetch-Site", site)
                .with("Sec-Fetch-Mode", mode)
                .with("Sec-Fetch-Dest", destination)
                .send("/")
                .status())
        .isEqualTo(status);
  }

  @Test
  void without_the_token_nothing_is_read_and_nothing_changed() {
    List<Http> strangers =
        List.of(
            plain(),
            plain().with(Guard.TOKEN, "wrong"),
            plain().with(Guard.TOKEN, ""),
            plain().with(Guard.TOKEN, token(dashboard), token(dashboard)),
            plain().with("Cookie", "token=" + token(dashboard)));
    for (Http stranger : strangers) {
      for (String path :
          List.of("/api/services", "/api/about", "/api/explain?service=web", "/api/dead-letters")) {
        Http.Answer answer = stranger.send(path);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).contains("open the URL that").doesNotContain("website");
      }
      assertThat(stranger.posting("{'command': 'pause'}").send("/api/plans").status())
          .isEqualTo(401);
    }
    assertThat(stack.asked).containsExactly("status");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /, 'GET, HEAD'", "PUT, /app.js, 'GET, HEAD'", "OPTIONS, /, 'GET, HEAD'",
    "POST, /api/services, GET", "DELETE, /api/about, GET", "OPTIONS, /api/services, GET",
    "GET, /api/plans, POST", "PUT, /api/plans/x, POST", "OPTIONS, /api/plans, POST",
  })
  void other_methods_are_not_allowed(String method, String path, String allowed) {
    Http.Answer answer = known().method(method).send(path);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/app.js/",
        "/dashboard/app.js",
        "/APP.JS",
        "/app%2ejs",
        "/api/",
        "/api/plan",
        "/api/../app.js",
        "/api/logs",
        "/favicon.ico",
        "/app.js%00.html",
        "/META-INF/MANIFEST.MF"
      })
  void nothing_else_is_there(String path) {
    assertThat(known().send(path).status()).isEqualTo(404);
  }

  @Test
  void the_answer_of_one_is_every_viewers() {
    stack.asked.clear();
    for (int i = 0; i < 5; i++) {
      assertThat(known().with("If-None-Match", "\"other\"").send("/api/services").status())
          .isEqualTo(200);
      assertThat(known().send("/api/status?service=web").status()).isEqualTo(200);
    }
    assertThat(stack.asked)
        .as("the first look was before")
        .containsExactly("status {\"service\":\"web\"}");

    now = now.plusSeconds(5);
    for (int i = 0; i < 5; i++) {
      known().with("If-None-Match", "\"other\"").send("/api/services");
    }
    assertThat(stack.asked).hasSize(2).endsWith("status");
  }

  @Test
  void a_page_that_has_nothing_gets_what_is_there_and_then_what_is_so_now() {
    stack.answers("{'services': []}");
    now = now.plusSeconds(60);

    Http.Answer first = known().send("/api/services");

    assertThat(first.json().path("services").path(0).path("name").asText())
        .isEqualTo("website/web");
    assertThat(first.headers()).containsEntry("age", "60");
    String tag = first.header("etag");
    Http.Answer second = known().with("If-None-Match", tag).send("/api/services");
    assertThat(second.json().path("services")).isEmpty();
    assertThat(second.headers()).containsEntry("age", "0");
    assertThat(known().with("If-None-Match", second.header("etag")).send("/api/services").status())
        .isEqualTo(304);
  }

  @Test
  void what_the_stack_refuses_or_cannot_answer_is_said() {
    stack.answers(() -> {
      throw new Refusal("refused: there is no service nope");
    });
    Http.Answer refused = known().send("/api/explain?service=nope");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("refused").asText()).contains("no service nope");

    stack.answers(() -> {
      throw new StackException("you may not invoke it\u001b[2J");
    });
    Http.Answer failed = known().send("/api/dead-letters");
    assertThat(failed.status()).isEqualTo(502);
    assertThat(failed.json().path("error").asText()).isEqualTo("you may not invoke it\\u001b[2J");

    stack.answers(() -> {
      throw new IllegalStateException("secret");
    });
    Http.Answer defect = known().send("/api/history?service=web");
    assertThat(defect.status()).isEqualTo(500);
    assertThat(defect.body()).doesNotContain("secret");
    assertThat(defects).containsExactly("/api/history secret");
  }

  @Test
  void a_question_about_a_service_names_one() {
    for (String query : List.of("", "?service=", "?other=web", "?service=%20")) {
      assertThat(known().send("/api/explain" + query).status()).isEqualTo(400);
    }
    known().send("/api/explain?service=website%2Fweb%26x%3D1");
    assertThat(stack.asked).endsWith("explain {\"service\":\"website/web&x=1\"}");
  }

  @Test
  void a_change_is_shown_and_then_carried_out_once() {
    Http.Answer shown =
        known()
            .posting("{'command': 'rollback', 'options': {'to': '41'}, 'arguments': ['web']}")
            .send("/api/plans");

    assertThat(shown.status()).isEqualTo(201);
    assertThat(shown.json().path("command").asText()).isEqualTo("slipway change web");
    assertThat(shown.json().path("lines").toString())
        .isEqualTo(
            "[[{\"text\":\"web\",\"tone\":\"strong\"},{\"text\":\" would be"
                + " changed\",\"tone\":\"plain\"}]]");
    assertThat(stack.asked).endsWith("plan rollback {to=41} [web]");

    String carryOut = "/api/plans/" + shown.json().path("id").asText();
    Http.Answer done = known().posting("{}").send(carryOut);
    assertThat(done.json().path("lines").toString()).contains("web is changed");
    assertThat(stack.asked).endsWith("carry out web");

    Http.Answer again = known().posting("{}").send(carryOut);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().path("refused").asText()).contains("carried out already");
    assertThat(stack.asked).containsOnlyOnce("carry out web");
  }

  @Test
  void what_is_no_longer_what_was_shown_is_shown_anew() {
    stack.changesMeanwhile("the plan has changed");
    String id = shownPlan();

    Http.Answer answer = known().posting("{}").send("/api/plans/" + id);

    assertThat(answer.json().path("refusal").asText()).isEqualTo("the plan has changed");
    assertThat(answer.json().path("instead").path("lines").toString()).contains("another");
    known().posting("{}").send("/api/plans/" + answer.json().path("instead").path("id").asText());
    assertThat(stack.asked).endsWith("carry out another");
  }

  @Test
  void a_plan_that_changes_nothing_cannot_be_carried_out() {
    assertThat(
            known()
                .posting("{'command': 'deploy', 'arguments': ['nothing']}")
                .send("/api/plans")
                .json()
                .path("id")
                .isNull())
        .isTrue();
  }

  @Test
  void after_a_change_the_stack_is_asked_anew() {
    known().send("/api/status?service=web");
    String id = shownPlan();
    known().posting("{}").send("/api/plans/" + id);
    stack.asked.clear();

    known().with("If-None-Match", "\"other\"").send("/api/services");
    known().send("/api/status?service=web");

    assertThat(stack.asked).containsExactly("status", "status {\"service\":\"web\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, '{}', 415",
    "application/json, nonsense, 400",
    "application/json, '[]', 400",
    "application/json, '', 400"
  })
  void what_is_no_request_for_a_change_is_refused(String type, String body, int status) {
    assertThat(known().posting(body).with("Content-Type", type).send("/api/plans").status())
        .isEqualTo(status);
  }

  @Test
  void a_request_has_a_bound() {
    assertThat(
            known()
                .posting("{'command': '" + "x".repeat(70_000) + "'}")
                .send("/api/plans")
                .status())
        .isEqualTo(413);
  }

  @Test
  void read_only_shows_everything_and_refuses_every_change() throws IOException {
    dashboard.close();
    dashboard = dashboard(true);
    stack.asked.clear();

    assertThat(known().send("/api/about").json().path("readOnly").asBoolean()).isTrue();
    assertThat(known().send("/api/services").status()).isEqualTo(200);
    for (String path : List.of("/api/plans", "/api/plans/x")) {
      Http.Answer answer = known().posting("{'command': 'pause', 'arguments': ['web']}").send(path);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.json().path("refused").asText()).contains("--read-only");
    }
    assertThat(stack.asked).isEmpty();
  }

  @Test
  void a_stack_that_does_not_answer_opens_no_dashboard() {
    stack.answers(() -> {
      throw new StackException("no stack slipway here");
    });

    assertThatThrownBy(() -> dashboard(false).close()).hasMessage("no stack slipway here");
  }

  @Test
  void at_the_end_the_port_is_free() {
    int port = port(dashboard);
    known().send("/api/about");

    dashboard.close();

    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }
}
