package dev.slipway.scenario;

import dev.slipway.scenario.ScaleResult.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** How many services had what their tag names, over time, beside the bound: an SVG picture. */
final class ConvergencePicture {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 60;
  private static final int RIGHT = WIDTH - 24;
  private static final int TOP = 72;
  private static final int BOTTOM = HEIGHT - 48;
  private static final int POINTS = 240;

  /** Between the marks of the time axis, in seconds. */
  private static final int[] STEPS = {10, 20, 30, 60, 120, 300, 600, 1_200, 1_800};

  private static final int MOST_MARKS = 9;

  /** Colours that can be read on white and on black. */
  private static final String STYLE =
      "<style>text{font:13px sans-serif;fill:#57606a}.title{font-weight:600}"
          + ".axis{stroke:#8b949e;fill:none}.mark{stroke:#8b949e;stroke-opacity:.3}"
          + ".accepted{stroke:#1f6feb;stroke-width:2;fill:none}"
          + ".completed{stroke:#2da44e;stroke-width:2;fill:none}"
          + ".bound{stroke:#bb8009;stroke-width:2;stroke-dasharray:5 4}"
          + "@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>";

  private final ScaleResult result;
  private final double seconds;
  private final List<String> lines = new ArrayList<>();

  private ConvergencePicture(ScaleResult result) {
    this.result = result;
    this.seconds = seconds(longer(result.completed(), result.bound()));
  }

  static String of(ScaleResult result) {
    ConvergencePicture picture = new ConvergencePicture(result);
    picture.draw();
    return String.join("\n", picture.lines) + "\n";
  }

  private void draw() {
    String name = result.load().name();
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">",
        WIDTH, HEIGHT);
    add("<title>%s: services that have the last image, over time</title>", name);
    add(STYLE);
    add("<text class=\"title\" x=\"%d\" y=\"24\">%s</text>", LEFT, name);
    legend(LEFT, "accepted", "UpdateService accepted");
    legend(LEFT + 210, "completed", "deployment completed");
    legend(LEFT + 410, "bound", "bound: " + whole(seconds(result.bound())) + " s");
    for (int part = 0; part <= 4; part++) {
      double services = result.load().services() * part / 4.0;
      mark(LEFT, y(services), RIGHT, y(services));
      label(LEFT - 8, y(services) + 4, "end", whole(services));
    }
    int step =
        IntStream.of(STEPS)
            .filter(each -> seconds / each <= MOST_MARKS)
            .findFirst()
            .orElse((int) Math.ceil(seconds / MOST_MARKS));
    for (int at = 0; at <= seconds; at += step) {
      mark(x(at), TOP, x(at), BOTTOM);
      label(x(at), BOTTOM + 18, "middle", whole(at));
    }
    label(RIGHT, HEIGHT - 10, "end", "seconds");
    add("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", LEFT, TOP, BOTTOM, RIGHT);
    add("<path class=\"bound\" d=\"M%.1f %dV%d\"/>", x(seconds(result.bound())), TOP, BOTTOM);
    curve("completed", Moment::completed);
    curve("accepted", Moment::accepted);
    add("</svg>");
  }

  private void curve(String name, ToIntFunction<Moment> services) {
    List<Moment> curve = result.curve();
    int every = Math.max(1, curve.size() / POINTS);
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < curve.size(); i++) {
      Moment moment = curve.get(i);
      if (i % every == 0 || i == curve.size() - 1) {
        path.append(path.isEmpty() ? "M" : "L")
            .append(
                String.format(
                    Locale.ROOT,
                    "%.1f %.1f",
                    x(seconds(moment.at())),
                    y(services.applyAsInt(moment))));
      }
    }
    add("<path class=\"%s\" d=\"%s\"/>", name, path);
  }

  private void legend(int x, String name, String words) {
    add("<path class=\"%s\" d=\"M%d 44h24\"/>", name, x);
    label(x + 32, 48, "start", words);
  }

  private void mark(double fromX, double fromY, double toX, double toY) {
    add("<path class=\"mark\" d=\"M%.1f %.1fL%.1f %.1f\"/>", fromX, fromY, toX, toY);
  }

  private void label(double x, double y, String anchor, String words) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, words);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void add(String line, Object... values) {
    lines.add(values.length == 0 ? line : String.format(Locale.ROOT, line, values));
  }

  private double x(double at) {
    return LEFT + (RIGHT - LEFT) * at / seconds;
  }

  private double y(double services) {
    return BOTTOM - (BOTTOM - TOP) * services / result.load().services();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,d", Math.round(number));
  }
}
