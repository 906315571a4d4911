package dev.slipway.cli.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page, by the paths under which they are served. There are no others. */
final class PageFiles {
  /** In the command's jar. */
  private static final String DIRECTORY = "/dashboard/";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final String[] NAMES = {
    "index.html",
    "style.css",
    "icon.svg",
    "app.js",
    "dom.js",
    "net.js",
    "words.js",
    "overview.js",
    "service.js",
    "pictures.js",
    "others.js",
    "dialog.js"
  };

  private final Map<String, Reply> files = new HashMap<>();

  PageFiles() {
    for (String name : NAMES) {
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
      files.put("/" + name, new Reply(200, type, read(name), Map.of()));
    }
    files.put("/", file("/index.html").orElseThrow());
  }

  /** A file; empty if there is none at this path, which is compared letter by letter. */
  Optional<Reply> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** How many paths there are. */
  int size() {
    return files.size();
  }

  private static String read(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream(DIRECTORY + name)) {
      if (file == null) {
        throw new IllegalStateException("the command's jar has no " + DIRECTORY + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
