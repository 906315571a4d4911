package dev.slipway.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How many services had what their tag names, over time, beside the bound: an SVG picture. */
final class ConvergencePicture {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 260;
  private static final int LEFT = 50;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;
  private static final int POINTS = 120;

  /** Colours that can be read on white and on black. */
  private static final String STYLE =
      "<style>text{font:13px sans-serif;fill:#57606a}"
          + ".axis{stroke:#8b949e;fill:none}"
          + ".accepted{stroke:#1f6feb;stroke-width:2;fill:none}"
          + ".completed{stroke:#2da44e;stroke-width:2;fill:none}"
          + ".bound{stroke:#bb8009;stroke-dasharray:5 4}"
          + "@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>";

  private final ScaleResult result;
  private final double seconds;

  private ConvergencePicture(ScaleResult result) {
    this.result = result;
    this.seconds = result.completed().toSeconds();
  }

  static String of(ScaleResult result) {
    return new ConvergencePicture(result).svg();
  }

  private String svg() {
    int bottom = HEIGHT - BOTTOM;
    String bound = "%.1f".formatted(x(result.bound()));
    return String.join(
        "\n",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">"
            .formatted(WIDTH, HEIGHT),
        "<title>%s</title>".formatted(result.load().name()),
        STYLE,
        text(LEFT, 22, result.load().name()),
        "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>".formatted(LEFT, TOP, bottom, WIDTH - RIGHT),
        text(6, TOP + 5, String.format(Locale.ROOT, "%,d", result.load().services())),
        text(36, bottom, "0"),
        text(WIDTH - RIGHT - 40, bottom + 18, "%,d s".formatted((long) seconds)),
        "<path class=\"bound\" d=\"M%s %dV%d\"/>".formatted(bound, TOP, bottom),
        curve("accepted", true),
        curve("completed", false),
        legend(LEFT, "accepted", "UpdateService accepted"),
        legend(LEFT + 200, "completed", "deployment completed"),
        legend(LEFT + 380, "bound", "bound"),
        "</svg>",
        "");
  }

  private String curve(String name, boolean accepted) {
    StringBuilder path = new StringBuilder();
    List<ScaleResult.Moment> curve = result.curve();
    int step = Math.max(1, curve.size() / POINTS);
    for (int i = 0; i < curve.size(); i += step) {
      add(path, curve.get(i), accepted);
    }
    add(path, curve.getLast(), accepted);
    return "<path class=\"%s\" d=\"%s\"/>".formatted(name, path);
  }

  private void add(StringBuilder path, ScaleResult.Moment moment, boolean accepted) {
    int services = accepted ? moment.accepted() : moment.completed();
    double height = HEIGHT - TOP - BOTTOM;
    double y = HEIGHT - BOTTOM - height * services / result.load().services();
    path.append("%s%.1f %.1f".formatted(path.isEmpty() ? "M" : "L", x(moment.at()), y));
  }

  private double x(Duration at) {
    return LEFT + (WIDTH - LEFT - RIGHT) * at.toMillis() / 1000.0 / seconds;
  }

  private static String legend(int x, String name, String words) {
    int y = HEIGHT - 10;
    return "<path class=\"%s\" d=\"M%d %dh20\"/>%s"
        .formatted(name, x, y - 4, text(x + 26, y, words));
  }

  private static String text(int x, int y, String words) {
    return "<text x=\"%d\" y=\"%d\">%s</text>".formatted(x, y, words);
  }
}
