package dev.slipway.simulator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link Main} is told on its command line.
 *
 * @param speed how many times as fast as on Fargate tasks start and stop
 * @param listen addresses besides the loopback address
 * @param packageDirectory of the functions
 * @param parameters of the template
 */
record Options(
    int port,
    double speed,
    List<InetAddress> listen,
    Path template,
    Path packageDirectory,
    Map<String, String> parameters) {

  static final String USAGE =
      """
      usage: make local [PORT=4566] [SPEED=10] [LISTEN=172.17.0.1]
        --port PORT               to listen on, on 127.0.0.1
        --speed N                 tasks start and stop N times as fast as on Fargate
        --listen ADDRESS          another address to listen on; may be repeated
        --template FILE           the SAM template whose resources are there
        --package DIRECTORY       the unpacked function package
        --parameters 'NAME=VALUE NAME=VALUE'    of the template\
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> arguments) {
    int port = 4566;
    double speed = 10;
    List<InetAddress> listen = new ArrayList<>();
    Path template = Path.of("template.yaml");
    Path packageDirectory = Path.of("functions/target/package");
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + " needs a value\n" + USAGE);
      }
      String value = arguments.get(i + 1);
      switch (option) {
        case "--port" -> port = port(value);
        case "--speed" -> speed = speed(value);
        case "--listen" -> listen.add(address(value));
        case "--template" -> template = Path.of(value);
        case "--package" -> packageDirectory = Path.of(value);
        case "--parameters" -> parameters.putAll(parameters(value));
        default -> throw new IllegalArgumentException("unknown option " + option + "\n" + USAGE);
      }
    }
    return new Options(port, speed, listen, template, packageDirectory, parameters);
  }

  /** A value may have blanks, such as {@code SweepRate=rate(1 minute)}: a name ends it. */
  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : text.strip().split("\\s+(?=\\w+=)", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--parameters takes NAME=VALUE, not " + parameter);
      }
      parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return parameters;
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException("PORT is a number from 0 (any) to 65535, not " + value);
  }

  private static double speed(String value) {
    try {
      double speed = Double.parseDouble(value);
      if (speed > 0 && speed <= 10_000) {
        return speed;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException(
        "SPEED is how many times as fast tasks start and stop, up to 10000, not " + value);
  }

  private static InetAddress address(String value) {
    try {
      return InetAddress.getByName(value);
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException("LISTEN is an address of this machine, not " + value);
    }
  }
}
